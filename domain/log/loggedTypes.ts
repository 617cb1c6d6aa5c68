import type { EventType } from "../ledger.js";

/**
 * Events of these types are leaves of the transparency log, in the order of the ledger. A type joins
 * at the end, together with its first event: one that joined later would insert into the past.
 */
export const loggedTypes = [
  "LedgerOpened",
  "MonthClosed",
  "SigningKeyPublished",
  "NodeRegistered",
  "NodeUnregistered",
  "GenerationCompleted",
  "ContributionRecorded",
  "DonationReceived",
  "DonationSettled",
  "DonationRefunded",
  "DonationRefundFailed",
  "DonationDisputed",
  "DonationDisputeWon",
  "DonationDisputeLost",
  "DonationCorrected",
  "DonationAttributed",
  "FundsMoved",
  "ExpensePaid",
  "SuspenseClosed",
  "NodeClaimed",
  "NodeTrusted",
  "NodeSuspended",
  "NodeReinstated",
  "TreasuryCorrected",
  "PolicyAdopted",
  "ContributionVoided",
  "DistributionStarted",
  "DistributionSharesRecorded",
  "DistributionFinalized",
  "MonthDistributed",
  "ShareVoided",
  "LedgerRestored",
  "ProviderFeeCharged",
  "ShareRestored",
  "ShareWaived",
  "ShareLapsed",
  "BatchSending",
  "BatchOutcome",
] as const satisfies readonly EventType[];
export type LoggedType = (typeof loggedTypes)[number];

const ofAnAccount = "It is about an account and moves no money.";
const ofAQuota = "What one account uses of its day is nobody else's business.";
const onTheWay = "Only work that ended with audio counts for shares.";
const whenItRuns = "It would tell when a volunteer's machine runs.";
const ofAPayee = "Who is paid where, and when that changed, is nobody else's business.";
const ofTheLogItself = "It says what the log is, so it is not in it.";
const moneyToCome = "No money moves by it; the gift or movement that follows is a leaf.";

const ofAPayout = "Which shares are paid together would show which nodes are one operator's.";
const ofABatch =
  "It names payouts one by one; BatchSending and BatchOutcome, which post them, are leaves.";

/** The others, and why each is left out. */
export const unloggedTypes: Readonly<Record<Exclude<EventType, LoggedType>, string>> = {
  UserRegistered: ofAnAccount,
  EmailVerified: ofAnAccount,
  ProfileUpdated: ofAnAccount,
  PasswordChanged: ofAnAccount,
  ApiKeyIssued: ofAnAccount,
  ApiKeyRevoked: ofAnAccount,
  UserErased: ofAnAccount,
  QuotaReserved: ofAQuota,
  QuotaReleased: ofAQuota,
  QuotaSpent: ofAQuota,
  QuotaReset: ofAQuota,
  GenerationRequested: onTheWay,
  GenerationLeased: onTheWay,
  GenerationLeaseLost: onTheWay,
  GenerationRejected: onTheWay,
  GenerationFailed: onTheWay,
  GenerationCancelled: onTheWay,
  GenerationExpired: onTheWay,
  LedgerCheckpointSigned: ofTheLogItself,
  NodeDescribed: "What a machine is made of has no part in any share.",
  NodeCameOnline: whenItRuns,
  NodeWentOffline: whenItRuns,
  DataKeyDestroyed: "It would tell that somebody was erased, and when.",
  WebhookReceived: moneyToCome,
  WebhookHeld: moneyToCome,
  WebhookBooked: moneyToCome,
  WebhookIgnored: moneyToCome,
  WebhookFoundOdd: moneyToCome,
  WebhookReopened: moneyToCome,
  DonationPledged: moneyToCome,
  PayoutsConfirmed: "It moves no money; what was paid is a leaf of its own.",
  PledgePaid: moneyToCome,
  PledgeExpired: moneyToCome,
  DonationRecognised: "It says what a payment is called, and moves no money.",
  DonorVisibilityChanged: "Names are joined when somebody reads, and are in no log.",
  EnrolmentTokenIssued: ofAnAccount,
  EnrolmentTokenUsed: "NodeClaimed, which follows, is a leaf.",
  EnrolmentTokenRevoked: ofAnAccount,
  PayeeLinked: "Which operators are paid to one account is nobody else's business.",
  PayeeHeld: "It would tell that two operators have one account.",
  PayoutAccountLinked: ofAPayee,
  PayoutAccountVerified: ofAPayee,
  PayoutAccountUnverified: ofAPayee,
  PayoutAccountRemoved: ofAPayee,
  PayoutAccountFrozen: ofAPayee,
  PayoutAccountUnfrozen: ofAPayee,
  PayeeDetailsGiven: ofAPayee,
  PayeeFormReceived: ofAPayee,
  ShareAppealed: "Who disagrees with a decision is nobody else's business; the decision is a leaf.",
  ShareAppealRejected: "It says that a decision stays as it is, and moves no money.",
  PayoutRequested: ofAPayout,
  PayoutWithdrawn: ofAPayout,
  PayoutSending: ofAPayout,
  PayoutSent: ofAPayout,
  PayoutCompleted: ofAPayout,
  PayoutFailed: ofAPayout,
  PayoutReturned: ofAPayout,
  BatchPlanned: ofABatch,
  BatchItemWithdrawn: ofABatch,
  BatchApproved: ofABatch,
  BatchSubmitted: ofABatch,
  BatchClosed: ofABatch,
  SoundHeard: "What audio sounds like would tell two loops of one person apart from others'.",
};
