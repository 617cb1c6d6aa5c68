import { z } from "zod";
import { sha256Schema } from "../sha256.js";
import { instantSchema } from "../time.js";
import { formatKey, parseKey } from "./keySpelling.js";
import { bpmMax, bpmMin, sampleRateSchema, stemSchema } from "./music.js";

/** The one spelling of a key, as formatKey writes it. */
const keySchema = z.string().refine((text) => {
  const key = parseKey(text);
  return key !== undefined && formatKey(key) === text;
});

/**
 * What we vouch for about a loop. Strict, so that nothing about a person can slip in: a certificate
 * travels with the file wherever its owner sends it.
 */
export const certificateClaimsSchema = z.strictObject({
  v: z.literal(1),
  generationId: z.uuid(),
  /** HMAC-SHA-256 of the prompt, base64url, under a secret that only the owner gets. */
  promptCommitment: z.base64url().length(43),
  /** Quarter notes per minute, as asked. */
  bpm: z.number().min(bpmMin).max(bpmMax),
  /** Null when the engine was free to choose. */
  key: keySchema.nullable(),
  durationMs: z.int().positive(),
  /** Empty for the full mix. */
  stems: z.array(stemSchema),
  /** Hz */
  sampleRate: sampleRateSchema,
  /** SHA-256 of the payloads of `fmt ` and `data`, one after the other; hex. */
  audioSha256: sha256Schema,
  nodeId: z.uuid(),
  model: z.string().min(1).max(100),
  /** The full hour: whoever has the file need not know when somebody worked or a machine ran. */
  issuedAt: instantSchema,
  /** Always true, and said in so many words: readers need not know what we are. */
  aiGenerated: z.literal(true),
});
export type CertificateClaims = Readonly<z.infer<typeof certificateClaimsSchema>>;
