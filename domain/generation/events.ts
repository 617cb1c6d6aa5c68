import { z } from "zod";
import { promptCharactersMax, seedMax, stemSchema } from "../audio/music.js";
import { understandingCharactersMax } from "../audio/understanding.js";
import { defineEvent, type EventOf, sealedText, type Upcast } from "../message.js";
import { measure, whole } from "../numbers.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { dayOfHour, daySchema, hourSchema, instantSchema } from "../time.js";

const generationStreamPrefix = "generation-";
export const generationStream = (generationId: string): string =>
  `${generationStreamPrefix}${generationId}`;

const about = { generationId: z.uuid(), at: instantSchema };
/** Whose quota day the end of a generation settles; repeated so that nobody has to look back. */
const ended = { ...about, userId: z.uuid(), quotaDay: daySchema };
const lease = { leaseId: z.uuid(), nodeId: z.uuid() };

/** Why a lease ended without audio. `rejected` is the only one that speaks of bad audio. */
export const leaseEndSchema = z.enum(["expired", "failed", "declined", "left", "rejected"]);
export type LeaseEnd = z.infer<typeof leaseEndSchema>;

/** Who runs a node and orders from it: by account, by payee, by mail address, or from one address block. */
export const ownWorkSchema = z.enum(["same-account", "same-mail", "same-block", "same-payee"]);
export type OwnWork = z.infer<typeof ownWorkSchema>;

const hourly = z.looseObject({ public: z.looseObject({ hour: hourSchema }) });

/** The hour was public in version 1. It told when a volunteer's machine runs, so now it is the day. */
const dayForHour: Upcast = (data) => {
  const { public: shown, ...rest } = hourly.parse(data);
  const { hour, ...others } = shown;
  return { ...rest, public: { ...others, day: dayOfHour(hour) } };
};

const weighed = z.looseObject({
  public: z.looseObject({
    day: daySchema,
    nodeId: z.string(),
    audioMs: z.number(),
    stemsFactor: z.number(),
    timelinessFactor: z.number(),
    noveltyFactor: z.literal(0).optional(),
  }),
});

/** Version 2 held what policy v1 made of the work; its factors say what was measured. */
const measuredForWeighed: Upcast = (data) => {
  const { public: shown, ...rest } = weighed.parse(data);
  const { day, nodeId, audioMs, stemsFactor, timelinessFactor, noveltyFactor } = shown;
  const measured = { audioMs, stems: stemsFactor === 3, inTime: timelinessFactor === 2 };
  const copy = noveltyFactor === 0 ? { heardBefore: true } : {};
  const drawn = { drawnFrom: null, payeesOnline: null };
  return { ...rest, public: { day, nodeId, ...measured, ...copy, ...drawn } };
};

export const generationEvents = [
  defineEvent("GenerationRequested", {
    about:
      "A user asked for a loop. The prompt is sealed; a node sees it only while it holds the lease.",
    public: {},
    private: {
      ...ended,
      expiresAt: instantSchema,
      /** HMAC of the whole request under the server's key: same idempotency key, same body? */
      bodyHash: text(128),
      bpm: measure(1000),
      key: text(32).nullable(),
      frames: whole(),
      sampleRate: whole(),
      audioMs: whole(),
      stems: z.array(stemSchema),
      seed: whole(seedMax),
      model: text(48).nullable(),
    },
    sealed: { prompt: sealedText(promptCharactersMax), commitmentSecret: sealedText(128) },
  }),
  defineEvent("GenerationLeased", {
    about: "A node took the job. The lease id is all it learns about who asked.",
    public: {},
    private: {
      ...about,
      ...lease,
      attempt: whole(),
      deadlineAt: instantSchema,
      /** How many payees, or address blocks where nobody is paid, could have got it; counted at the lease. */
      drawnFrom: whole().optional(),
      payeesOnline: whole().optional(),
    },
    sealed: {},
  }),
  defineEvent("GenerationLeaseLost", {
    about:
      "The node's attempt ended without audio that passed the check. The job goes to another node, or ends.",
    public: {},
    private: {
      ...about,
      ...lease,
      reason: leaseEndSchema,
      detail: text(500).optional(),
      /** Whether it uses up one of the attempts; not said, it does. */
      costsAttempt: z.boolean().optional(),
    },
    sealed: {},
  }),
  defineEvent("GenerationCompleted", {
    about: "The audio passed the check, was signed and is stored.",
    public: {
      day: daySchema,
      nodeId: z.uuid(),
      audioMs: whole(),
      stems: z.boolean(),
      model: text(64),
    },
    private: {
      ...ended,
      ...lease,
      late: z.boolean(),
      processingMs: whole(),
      sentAudioSha256: sha256Schema,
      nodeSignature: z.base64url().max(128),
      sha256: sha256Schema,
      audioSha256: sha256Schema,
      bytes: whole(),
      certificate: text(8192),
      /** Other work had this audio before, with other inputs. */
      heardBefore: z.literal(true).optional(),
      /** What is known of the one who asked and the owner of the node being one person. */
      ownWork: ownWorkSchema.optional(),
    },
    /** What the node understood of the prompt, under the key of the prompt. */
    sealed: { understood: sealedText(understandingCharactersMax).optional() },
    upcasts: [dayForHour],
  }),
  defineEvent("ContributionRecorded", {
    about: "What was measured of accepted work. The policy of its month says what that is worth.",
    public: {
      day: daySchema,
      nodeId: z.uuid(),
      audioMs: whole(),
      stems: z.boolean(),
      inTime: z.boolean(),
      /** Other work had this audio before, with other inputs. */
      heardBefore: z.literal(true).optional(),
      /** From how many payees it was drawn who should get the work; null where it was not counted. */
      drawnFrom: whole().nullable(),
      payeesOnline: whole().nullable(),
    },
    private: {
      ...about,
      leaseId: z.uuid(),
      /** Not said before version 3. */
      askedBy: z.uuid().optional(),
      ownWork: ownWorkSchema.optional(),
    },
    sealed: {},
    upcasts: [dayForHour, measuredForWeighed],
  }),
  defineEvent("ContributionVoided", {
    about:
      "A maintainer voided accepted work. It lowers the units of its month, unless that was closed before.",
    public: { nodeId: z.uuid(), voidedOn: daySchema },
    private: { ...about, leaseId: z.uuid(), reason: text(2000), evidenceSha256: sha256Schema },
    sealed: {},
  }),
  defineEvent("GenerationRejected", {
    about: "The last attempt brought audio that did not pass the check.",
    public: {},
    private: { ...ended, detail: text(500) },
    sealed: {},
  }),
  defineEvent("GenerationFailed", {
    about: "No node produced audio within the allowed attempts, or the prompt was erased.",
    public: {},
    private: { ...ended, reason: z.enum(["attempts-exhausted", "prompt-erased"]) },
    sealed: {},
  }),
  defineEvent("GenerationCancelled", {
    about: "The user cancelled it, or it was reserved and never requested.",
    public: {},
    private: {
      ...ended,
      reason: z.enum(["asked", "never-requested"]),
      /** A node had begun. */
      afterLease: z.literal(true).optional(),
    },
    sealed: {},
  }),
  defineEvent("GenerationExpired", {
    about: "No audio arrived before the request expired.",
    public: {},
    private: ended,
    sealed: {},
  }),
] as const;
export type GenerationEvent = EventOf<(typeof generationEvents)[number]>;
export type GenerationRequested = Extract<GenerationEvent, { type: "GenerationRequested" }>;
export type GenerationCompleted = Extract<GenerationEvent, { type: "GenerationCompleted" }>;

/** The file of a result is named by its hash, which the event holds: no name ever gets other bytes. */
export const audioFileOf = (sha256: string): string => `${sha256}.wav`;

/** After one of these nothing more happens to a generation. */
export const terminalTypes = [
  "GenerationCompleted",
  "GenerationRejected",
  "GenerationFailed",
  "GenerationCancelled",
  "GenerationExpired",
] as const;
export type TerminalType = (typeof terminalTypes)[number];
export type GenerationEnded = Extract<GenerationEvent, { type: TerminalType }>;

export const isTerminal = (event: { type: string }): event is GenerationEnded =>
  terminalTypes.some((type) => type === event.type);
