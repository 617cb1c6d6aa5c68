import { z } from "zod";
import { stemSchema } from "../audio/music.js";
import { isUnderstanding, understandingCharactersMax } from "../audio/understanding.js";
import { sha256Schema } from "../sha256.js";
import { shortList } from "../shortList.js";
import { instantSchema } from "../time.js";

/** What nodes and the server say to each other: both sides read it by these schemas. */

const seconds = z.number().positive();

/**
 * What a node signs, as RFC 8785 JSON. The server's origin is in it, so that a server that a node
 * talks to can't use the signature towards another.
 */
export type NodeProof =
  | {
      readonly purpose: "obsidian-node-register";
      readonly origin: string;
      readonly nonce: string;
      /** SHA-256 of the RFC 8785 form of the body. */
      readonly bodySha256: string;
    }
  | {
      readonly purpose: "obsidian-node-claim";
      readonly origin: string;
      /** Whose it is to be, and what this account got for it. */
      readonly operatorId: string;
      readonly nonce: string;
    }
  | {
      readonly purpose: "obsidian-node-result";
      readonly origin: string;
      readonly jobId: string;
      /** SHA-256 of the payloads of `fmt ` and `data` of the file, one after the other; hex. */
      readonly audioSha256: string;
    };

export const signatureHeader = "x-node-signature";
/** Names one run of a node's program. Not part of what is signed, so that older servers ignore it. */
export const runHeader = "x-node-run";

/** With a result: what the node understood of the prompt. Optional. */
export const understoodHeader = "x-understood";
/** Of a node that knows other concepts than we do, as of one that wants to say something, nothing. */
export const understoodSchema = z
  .string()
  .max(understandingCharactersMax)
  .transform((text) => (isUnderstanding(text) ? text : undefined))
  .optional();

export const challengeAnswerSchema = z.object({
  nonce: z.string(),
  expires_in: seconds,
  /**
   * For a key that is not registered yet, as many zero bits as SHA-256 of `nonce.public_key.work`
   * must begin with. 0 for the first nodes of an address on a day.
   */
  work_bits: z.int().min(0).default(0),
});

export const registerBodySchema = z.object({
  public_key: z.base64url().length(43),
  nonce: z.string().min(1).max(128),
  terms_version: z.string().min(1).max(32),
  /** See `work_bits` of the challenge. */
  work: z.string().max(32).optional(),
  /** Ties the node to the account that made it, if nothing did before. */
  enrolment_token: z
    .string()
    .regex(/^obsidian_enrol_[0-9a-f]{48}$/)
    .optional(),
  engine: z.string().min(1).max(64),
  software_version: z.string().min(1).max(64),
  models: shortList(z.string().min(1).max(48), 16),
  capabilities: z.object({
    stems: z.boolean(),
    duration_max: z.number().min(1).max(60),
    sample_rate_max: z.int().min(8000).max(384_000),
  }),
  gpu_info: z
    .object({ name: z.string().max(128), memory_mb: z.int().min(0).max(10_000_000) })
    .nullable(),
});
export type RegisterBody = z.infer<typeof registerBodySchema>;

/** What an operator brings from the node's machine. */
export const claimBodySchema = z.object({
  public_key: z.base64url().length(43),
  nonce: z.string().min(1).max(128),
  signature: z.base64url().length(86),
});
export type ClaimBody = z.infer<typeof claimBodySchema>;

export const registerAnswerSchema = z.object({
  worker_id: z.uuid(),
  session_token: z.string(),
  expires_in: seconds,
  heartbeat_interval: seconds,
  /** Offered names that are not on the server's list, and are therefore never asked for. */
  models_ignored: z.array(z.string()),
  /** Accepted jobs and their units since ever, as far as they are counted. */
  totals: z.object({ jobs: z.int(), units: z.int() }).optional(),
  /** Whether an account has claimed it; without one its work earns no share. */
  claimed: z.boolean().optional(),
});

/** What a node's owner should know. */
const notice = z.enum(["key-in-use-elsewhere", "suspended"]).optional().catch(undefined);
export type Notice = NonNullable<z.infer<typeof notice>>;

export const heartbeatBodySchema = z.object({
  status: z.enum(["idle", "busy", "draining"]),
  /** Numbers such as gpu_percent, gpu_celsius, memory_mb. */
  telemetry: z
    .record(z.string().regex(/^[a-z_]{1,32}$/), z.number())
    .refine((values) => Object.keys(values).length <= 16, "at most 16 numbers")
    .default({}),
  job_id: z.uuid().optional(),
  progress: z.number().min(0).max(1).optional(),
});
export type HeartbeatBody = z.input<typeof heartbeatBodySchema>;

export const heartbeatAnswerSchema = z.object({
  /** `cancel` is about the job in the question; `drain` asks to finish and take nothing new. */
  directive: z.enum(["continue", "drain", "cancel"]),
  heartbeat_interval: seconds,
  notice,
});

export const jobSchema = z.object({
  job_id: z.uuid(),
  prompt: z.string(),
  bpm: z.number(),
  key: z.string().nullable(),
  frames: z.int().positive(),
  sample_rate: z.int(),
  channels: z.literal(2),
  stems: z.array(stemSchema),
  seed: z.int().min(0),
  model: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const leaseAnswerSchema = z.union([
  z.object({ job: jobSchema, deadline_at: instantSchema, lease_seconds: seconds, notice }),
  z.object({
    job: z.null(),
    skipped: z.record(z.string(), z.int()),
    /** After failures: the node gets nothing before, so it need not ask. */
    retry_after_seconds: seconds.optional(),
    notice,
  }),
]);
export type LeaseAnswer = z.infer<typeof leaseAnswerSchema>;

export const progressBodySchema = z.object({ progress: z.number().min(0).max(1) });

export const failBodySchema = z.object({
  /** `declined`: beyond this node's own limits; `failed`: the engine could not; `left`: shutting down. */
  reason: z.enum(["failed", "declined", "left"]),
});

export const resultAnswerSchema = z.object({
  accepted: z.literal(true),
  sha256: sha256Schema,
  units: z.int(),
  late: z.boolean(),
});
