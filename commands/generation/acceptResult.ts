import type { AudioFault } from "../../domain/audio/audioRules.js";
import type { CertificateClaims } from "../../domain/audio/certificate.js";
import { sampleRateSchema } from "../../domain/audio/music.js";
import {
  certifiedPartsOf,
  type PcmFormat,
  totalBytes,
  wavParts,
} from "../../domain/audio/writeWav.js";
import { generationDecider } from "../../domain/generation/decider.js";
import {
  audioFileOf,
  type GenerationCompleted,
  type GenerationRequested,
} from "../../domain/generation/events.js";
import type { AudioCheck } from "../../platform/audio/audioCheck.js";
import type { Blobs } from "../../platform/blobs.js";
import { sha256OfParts } from "../../platform/ids.js";
import { type CertificateSigner, promptCommitment } from "../../platform/keys/certificates.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { removeLease } from "../../platform/redis/leases.js";
import { handle, type Ledger } from "../handle.js";
import { contextInGeneration } from "./context.js";
import { type HeldLease, jobCancelled } from "./heldLease.js";
import { openPrompt } from "./openPrompt.js";

export interface Accepting {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly clock: Clock;
  readonly audioCheck: AudioCheck;
  readonly certificates: CertificateSigner;
  readonly blobs: Blobs;
}

/** What a node handed in, its header read and its signature verified. */
export interface SignedResult {
  readonly file: Buffer;
  readonly request: GenerationRequested;
  readonly model: string;
  readonly nodeSignature: string;
  /** The payloads of `fmt ` and `data` as they came, and their hash, which the node signed. */
  readonly sentParts: readonly Uint8Array[];
  readonly sentAudioSha256: string;
}

export interface Accepted {
  readonly outcome: "accepted";
  readonly completed: GenerationCompleted;
}
export interface Rejected {
  readonly outcome: "rejected";
  /** A code from a closed list, never a node's own words. */
  readonly reason: AudioFault;
  readonly message: string;
}

/**
 * Checks the audio, signs it, stores it, and only then says so in the ledger.
 * @throws DomainError GENERATION_ALREADY_DONE, GENERATION_CLOSED; AudioCheckBusyError; FfmpegError
 */
export async function acceptResult(
  deps: Accepting,
  held: HeldLease,
  signed: SignedResult,
): Promise<Accepted | Rejected> {
  const { leaseId, nodeId, generationId, loaded } = held;
  const { sampleRate, frames } = signed.request.data.private;
  const verdict = await deps.audioCheck.check(signed.file, { sampleRate, frames });
  if (!verdict.accepted) {
    return { outcome: "rejected", reason: verdict.reason, message: verdict.message };
  }
  const at = deps.clock.now();
  const audioSha256 = audioHashOf(signed, verdict.format, verdict.pcm);
  const certificate = await certify(deps, held, signed, { audioSha256, issuedAt: at });
  const parts = wavParts(verdict.format, verdict.pcm, certificate);
  await deps.blobs.put(audioFileOf(leaseId), parts);
  const { model, sentAudioSha256, nodeSignature } = signed;
  const sent = { leaseId, model, sentAudioSha256, nodeSignature };
  const kept = { sha256: sha256OfParts(parts), audioSha256, bytes: totalBytes(parts), certificate };
  const { state } = await handle(
    deps.ledger,
    generationDecider,
    { type: "CompleteGeneration", generationId, at, ...sent, ...kept },
    contextInGeneration(loaded, { actor: `node:${nodeId}`, at }),
    loaded,
  );
  await removeLease(deps.redis, leaseId);
  if (state.status === "closed" && state.end.type === "GenerationCompleted") {
    return { outcome: "accepted", completed: state.end };
  }
  throw new Error("A generation that was completed is not.");
}

/** 16-bit audio comes through the check bit by bit: comparing it is far cheaper than hashing it. */
function audioHashOf(
  { sentParts, sentAudioSha256 }: SignedResult,
  format: PcmFormat,
  pcm: Buffer,
): string {
  const parts = certifiedPartsOf(format, pcm);
  const isAsSent = parts.every((part, index) => {
    const sent = sentParts[index];
    return sent !== undefined && Buffer.compare(part, sent) === 0;
  });
  return isAsSent ? sentAudioSha256 : sha256OfParts(parts);
}

async function certify(
  { ledger: { vault }, certificates }: Accepting,
  { loaded, nodeId }: HeldLease,
  { request, model }: SignedResult,
  about: Pick<CertificateClaims, "audioSha256" | "issuedAt">,
): Promise<string> {
  const opened = await openPrompt(vault, loaded.events);
  if (opened === undefined) throw jobCancelled();
  const { generationId, bpm, key, audioMs, stems, sampleRate } = request.data.private;
  const secret = Buffer.from(opened.commitmentSecret, "base64url");
  const claims: CertificateClaims = {
    v: 1,
    generationId,
    promptCommitment: promptCommitment(secret, opened.prompt),
    bpm,
    key,
    durationMs: audioMs,
    stems,
    sampleRate: sampleRateSchema.parse(sampleRate),
    nodeId,
    model,
    ...about,
    aiGenerated: true,
  };
  return certificates.sign(claims);
}
