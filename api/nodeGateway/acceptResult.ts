import { contextOf } from "../../commands/context.js";
import { endLease } from "../../commands/generation/endLease.js";
import { handle } from "../../commands/handle.js";
import type { CertificateClaims } from "../../domain/audio/certificate.js";
import { sampleRateSchema } from "../../domain/audio/music.js";
import {
  certifiedPartsOf,
  type PcmFormat,
  totalBytes,
  wavParts,
} from "../../domain/audio/writeWav.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { audioFileOf, type GenerationRequested } from "../../domain/generation/events.js";
import type { GenerationState } from "../../domain/generation/state.js";
import type { Instant } from "../../domain/time.js";
import { sha256OfParts } from "../../platform/ids.js";
import { promptCommitment } from "../../platform/keys/certificates.js";
import { forgetLease } from "../../platform/redis/leases.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { readPrompt } from "../openPrompt.js";
import type { HeldLease } from "./heldLease.js";

/** What a node hands in, its header read and its signature verified. */
export interface Upload {
  readonly held: HeldLease;
  readonly request: GenerationRequested;
  readonly model: string;
  readonly file: Buffer;
  /** The payloads of `fmt ` and `data` as they came, and their hash, which the node signed. */
  readonly sentParts: readonly Uint8Array[];
  readonly sentAudioSha256: string;
  readonly nodeSignature: string;
}

/**
 * Checks the audio, signs it, stores it, and only then says so in the ledger.
 * @throws ApiError RESULT_REJECTED; DomainError GENERATION_ALREADY_DONE, GENERATION_CLOSED
 */
export async function acceptResult(
  deps: AppDependencies,
  upload: Upload,
): Promise<GenerationState> {
  const { leaseId, nodeId, generationId, loaded } = upload.held;
  const { sampleRate, frames } = upload.request.data.private;
  const verdict = await deps.audioCheck.check(upload.file, { sampleRate, frames });
  if (!verdict.accepted) return rejectResult(deps, upload.held, verdict);
  const at = deps.clock.now();
  const audioSha256 = audioHashOf(upload, verdict.format, verdict.pcm);
  const certificate = await certify(deps, upload, audioSha256, at);
  const parts = wavParts(verdict.format, verdict.pcm, certificate);
  await deps.blobs.put(audioFileOf(leaseId), parts);
  const { model, sentAudioSha256, nodeSignature } = upload;
  const { state } = await handle(
    deps.ledger,
    generationDecider,
    {
      type: "CompleteGeneration",
      generationId,
      at,
      leaseId,
      model,
      sentAudioSha256,
      nodeSignature,
      sha256: sha256OfParts(parts),
      audioSha256,
      bytes: totalBytes(parts),
      certificate,
    },
    contextOf({ actor: `node:${nodeId}`, at }),
    loaded,
  );
  await forgetLease(deps.redis, leaseId);
  return state;
}

/** Bad audio costs an attempt; the work goes to the next node. @throws ApiError RESULT_REJECTED */
export async function rejectResult(
  deps: AppDependencies,
  { leaseId, nodeId, generationId }: HeldLease,
  { reason: detail, message }: { readonly reason: string; readonly message: string },
): Promise<never> {
  const by = { actor: `node:${nodeId}` as const, at: deps.clock.now() };
  await endLease(deps, { leaseId, generationId, reason: "rejected", detail }, by);
  throw new ApiError("RESULT_REJECTED", `${detail}: ${message}`);
}

/** 16-bit audio comes through the check bit by bit: comparing it is far cheaper than hashing it. */
function audioHashOf(upload: Upload, format: PcmFormat, pcm: Buffer): string {
  const parts = certifiedPartsOf(format, pcm);
  const isAsSent = parts.every((part, index) => {
    const sent = upload.sentParts[index];
    return sent !== undefined && Buffer.compare(part, sent) === 0;
  });
  return isAsSent ? upload.sentAudioSha256 : sha256OfParts(parts);
}

async function certify(
  { ledger: { vault }, certificates }: AppDependencies,
  { held, request, model }: Upload,
  audioSha256: string,
  issuedAt: Instant,
): Promise<string> {
  const opened = await readPrompt(vault, held.loaded.events);
  if (opened === undefined) {
    throw new ApiError("GENERATION_CLOSED", "This job was cancelled; its result is not used.");
  }
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
    audioSha256,
    nodeId: held.nodeId,
    model,
    issuedAt,
    aiGenerated: true,
  };
  return certificates.sign(claims);
}
