/**
 * The times and limits that users, nodes and donors notice. Those that only one file needs stand at
 * its top. Times are in milliseconds (`Ms` in the name) unless the name ends in another unit.
 */

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A lease that is not renewed within this time is lost; a running node renews every 5 s. */
export const leaseMs = 15 * second;
export const heartbeatBusyMs = 5 * second;
export const heartbeatIdleMs = 30 * second;
/** Three idle heartbeats may be missed before a node counts as gone. */
export const nodePresenceMs = 3 * heartbeatIdleMs;
/** What a loop takes of the day's free generations, in the plugin's words. */
export const creditsPerLoop = 1;
/** A node's new state (online, offline) is a fact of the ledger only after it held this long. */
export const nodeStateSettledMs = 5 * minute;

/** An instance of the API notes so often that it hears nodes; a gap is three times missed. */
export const hearingEveryMs = 2 * second;
export const hearingGapMs = 6 * second;

/** Work handed in by max(30 s, 5 × its audio length) is in time. */
export const leaseDeadlineMsMin = 30 * second;
export const leaseDeadlinePerAudioMs = 5;
export const generationTimeoutMs = 120 * second;
/** An upload that arrived in time has this long for its check before its request is given up. */
export const uploadCheckMs = 10 * second;
export const leaseAttemptsMax = 3;
/** Leases of one generation, those included that use up no attempt: bounds its stream. */
export const leasesMax = 60;

/** So many accepted jobs end a node's probation; so many failures in a row begin it again. */
export const probationJobs = 3;
export const failuresInRowMax = 3;
/** A node rests after each failure in a row: 1, 2, 4 … 60 s. */
export const restMsMin = second;
export const restMsMax = minute;
/** So many accepted jobs, over so long from the first of them, let the work of a node count for shares. */
export const trustedAfterJobs = 20;
export const trustedAfterMs = 3 * day;
/** Work waits so long at most for a node that is preferred to the one that asks. */
export const preferenceMs = 2 * second;
/** Work that nodes on probation failed is kept for proven ones: 5, 10, 20, 30, 30 … s. */
export const keptForProvenMsMin = 5 * second;
export const keptForProvenMsMax = 30 * second;

/** A node may repeat its upload this long and finds its work without the read model. */
export const givenLeaseKeptMs = hour;
/** So many files that are refused are read under one lease; whatever comes then is not. */
export const refusedResultsMax = 3;

export const sweepIntervalMs = 5 * second;
/** Whoever was told "erased" is erased, also where a reaction was missed. */
export const erasureSweepIntervalMs = 10 * minute;
/** A reservation whose generation never came is given back after this time. */
export const reservationOrphanMs = 60 * second;
export const longPollMs = 30 * second;
export const readYourWritesMs = 2 * second;
/** What anybody may ask and is dear to find out is found out once in this time. */
export const foundTogetherMs = second;
/** Calls that wait for audio, files on their way, and streams of events: each kind so many per account. */
export const openCallsPerAccountMax = 30;
/** Each stream is looked after each second, and a generation has one plugin that follows it. */
export const openStreamsPerGenerationMax = 3;
/** All kinds together; a block beyond it leaves each account its first call. */
export const openCallsPerBlockMax = 300;

const mebibyte = 1024 ** 2;
/** What a process of the API holds for others at a time, in bytes, and how much of it for one address block. */
export const bodyBytes = { bytesMax: 64 * mebibyte, bytesPerBlockMax: 16 * mebibyte } as const;
export const answerBytes = { bytesMax: 256 * mebibyte, bytesPerBlockMax: 160 * mebibyte } as const;
/**
 * A line of 30 kB/s is slow and honest: it brings what is asked for in a quarter of the time. An answer may lie
 * here for long without any of it going out, since the system takes megabytes at a time.
 */
export const connectionLimits = {
  connectionsMax: 4096,
  perBlockMax: 512,
  read: { bytesMin: 160_000, msMax: 20 * second },
  write: { msMax: minute, bytesPerSecondMin: 15_000 },
  lookEveryMs: 2 * second,
} as const;
/**
 * Uploads have room of their own, on the disk, each as much as its length says: seven of the largest (30 s at 192 kHz
 * and 24 bits, 33 MiB), or thirty loops of 30 s at 48 kHz and 24 bits. What comes after its lease has room beside that,
 * and less of it. Of a node one comes at a time; another may be checked when it is sent again. Nodes on probation, which
 * anybody can have many of, get half of either together.
 */
export const uploadRoom = {
  live: {
    bytesMax: 256 * mebibyte,
    onProbationBytesMax: 128 * mebibyte,
    perBlock: { countMax: 4, bytesMax: 68 * mebibyte },
    perNode: { countMax: 2, bytesMax: 68 * mebibyte },
  },
  late: {
    bytesMax: 136 * mebibyte,
    onProbationBytesMax: 68 * mebibyte,
    perBlock: { countMax: 2, bytesMax: 68 * mebibyte },
    perNode: { countMax: 1, bytesMax: 34 * mebibyte },
  },
} as const;
/** A body has this long to get going before it has to come as evenly as its deadline asks for. */
export const uploadPaceGraceMs = 5 * second;
/** Audio that was here in time, and could not be taken in, comes again after the generation expired. */
export const uploadLateMs = 15 * second;
/** An upload that finds no room waits for it. A node tries again after that. */
export const uploadWaitMsMax = 10 * second;

/** A clock that is off by more than the round trip explains is reported; far off, nothing is done. */
export const clockOffsetAlertMs = 2 * second;
export const clockOffsetMsMax = minute;
/** The API and the workers correct their clock so often. */
export const clockAdjustMs = 5 * second;
/** A scheduler that finds the time this far from the one it last saw doubts its clock. */
export const clockJumpMsMax = 48 * hour;

export const audioKeptMs = hour;
/** Beyond it, what was delivered goes early; beyond the second, whatever there is most of. */
export const audioFolderBytesMax = 2 * 1024 ** 3;
export const audioFolderBytesHardMax = 2 * audioFolderBytesMax;
export const promptsKeptMs = 90 * day;

export const dailyGenerationLimitDefault = 25;
/** Reservations of a day, also of what then failed; twice the daily limit where that is more. */
export const dailyReservationsMax = 200;
/** Cancelling what a node has begun wastes its work: beyond this many a day it counts as made. */
export const dailyFreeCancellationsMax = 10;
/** A node that comes and goes more often than this in a day is recorded as gone until the next. */
export const dailyNodeComingsMax = 12;
/** A node that describes itself anew more often than this in a day keeps its last description. */
export const dailyNodeDescriptionsMax = 24;

/** Names that were changed so often stay until the next day. */
export const dailyProfileChangesMax = 10;
/** In the life of an account: a quarter of its stream, so that names leave room for keys. */
export const profileChangesMax = 500;

/**
 * A stream of this length takes no more of what opens something (Bound in message.ts). Far below
 * what can be read, so that there is always room for what ends it.
 */
export const boundEventsMax = {
  books: 10_000,
  user: 2_000,
  quota: 50_000,
  generation: 1_000,
  node: 20_000,
  keys: 10_000,
  checkpoint: 5_000,
  vault: 100,
  webhook: 1_000,
  donation: 10_000,
  pledge: 100,
  treasury: 100,
  sound: 500,
  enrolment: 10,
  operator: 1_000,
  distribution: 2,
  shares: 1,
  payable: 20_000,
  payoutBatch: 2_000,
} as const;
/** Streams of sounds under one key. What comes when all are full is compared with them, and not recorded. */
export const soundPagesMax = 4;
/** A longer stream is not read at all: deciding by a part of it would decide wrongly. */
export const streamEventsMax = 100_000;

/** Commands on one stream retry a lost race this often or this long, then answer BUSY. */
export const conflictRetriesMax = 30;
export const conflictRetryMsMax = 5 * second;
/** A store that refuses a connection may be starting; one that hung this long has hung too long. */
export const outageRetryMsMax = 1.5 * second;

/** Handles whose registration never reached the ledger are free again after this time. */
export const registrationOrphanMs = 10 * minute;
export const apiKeysPerUserMax = 10;
/** A share of somebody who could not be paid since its distribution goes back to the workers. */
export const sharesLapseAfterMonths = 36;
/** An operator may appeal for so long after a share was taken back. */
export const appealMs = 14 * day;
/** An enrolment token is for one node, and is shown once. */
export const enrolmentTokenMs = day;
/** An account whose address is not confirmed in time ends, and its handles are free again. */
export const verificationMs = 48 * hour;
export const mailTokenMs = 24 * hour;
export const passwordResetTokenMs = 30 * minute;
/** Erasing, exporting and making a key ask for a sign-in this fresh. */
export const recentSignInMs = 5 * minute;
/** After a change of the account, the address or the password, nothing is paid for so long. */
export const payoutHoldMs = 7 * day;
/** A change is told to every address that the operator had in this time. */
export const formerAddressMs = 30 * day;
/** The link in such a mail stops the payouts: for longer than they are held. */
export const freezeLinkMs = 30 * day;
/** Accounts and details that an operator names in a day. */
export const dailyPayoutChangesMax = 10;
/** A mail older than this is not sent any more: late is worse than never. */
export const mailTooOldMs = 24 * hour;
export const mailsPerAddressPerHourMax = 3;

/** Bodies of webhooks: long enough to look into what went wrong. */
export const webhooksKeptMs = 90 * day;
/** Mails, notices and alerts that nobody ordered in this time are the sweep's. */
export const reactionOrphanMs = minute;
/** For how long after a new password we look for those who are still signed in with an older one. */
export const passwordSweepMs = 30 * day;
/** A webhook that nobody reacted to in this time is the sweep's. */
export const webhookOrphanMs = 30 * second;
/** What waits longer than this is told to the maintainers. */
export const waitingMsMax = day;

/** A day, and the time that a backup takes. */
export const backupAgeMsMax = 26 * hour;
/** What the event store and the databases need to go on for a while. */
export const diskFreeBytesMin = 1024 ** 3;
/** Positions of the log: far more than a burst leaves for a moment. */
export const readModelsBehindMax = 10_000;

/** PayPal ends an order after this time and tells nobody; Stripe ends a checkout after a day and tells us. */
export const pledgeOpenMsMax = { paypal: 3 * hour, stripe: 25 * hour } as const;
/** Stripe aims to report a fee within an hour. One that is not reported by then is looked up. */
export const feeLateMs = 2 * hour;
export const feeSweepIntervalMs = 30 * minute;
/** Later it is not sought. */
export const feeSoughtMsMax = 30 * day;
/** A gift should settle in this time: GitHub's by the export of its month, others' by the provider's report. */
export const clearingMsMax = { stripe: day, paypal: day, github: 35 * day, bank: day } as const;
