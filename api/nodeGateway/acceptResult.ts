import { handleGeneration } from "../../commands/byStream.js";
import type { CertificateClaims } from "../../domain/certificate.js";
import { audioFileOf, type GenerationRequested } from "../../domain/generation/events.js";
import type { GenerationState } from "../../domain/generation/state.js";
import { sampleRateSchema } from "../../domain/music.js";
import type { Instant } from "../../domain/time.js";
import { certifiedPartsOf, totalBytes, wavParts } from "../../domain/wav.js";
import type { AcceptedAudio } from "../../platform/audioCheck.js";
import { promptCommitment, sha256OfParts } from "../../platform/certificates.js";
import { newId, reactionId } from "../../platform/ids.js";
import { forgetLease } from "../../platform/redis/leases.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { readPrompt } from "../readPrompt.js";
import type { HeldLease } from "./heldLease.js";

export interface Upload {
  readonly held: HeldLease;
  readonly request: GenerationRequested;
  readonly model: string;
  readonly file: Buffer;
  /** SHA-256 of the file, hex, and the node's signature over job and hash. */
  readonly uploadSha256: string;
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
  const { sampleRate, frames } = upload.request.data.private;
  const verdict = await deps.audioCheck.check(upload.file, { sampleRate, frames });
  if (!verdict.accepted) {
    await giveBack(deps, upload.held, verdict.reason);
    throw new ApiError("RESULT_REJECTED", `${verdict.reason}: ${verdict.message}`);
  }
  const at = deps.clock.now();
  const { certificate, audioSha256 } = await certify(deps, upload, verdict, at);
  const parts = wavParts(verdict.format, verdict.pcm, certificate);
  const { leaseId, nodeId, generationId, loaded } = upload.held;
  await deps.blobs.put(audioFileOf(leaseId), parts);
  const { state } = await handleGeneration(
    deps.ledger,
    {
      type: "CompleteGeneration",
      generationId,
      at,
      leaseId,
      model: upload.model,
      uploadSha256: upload.uploadSha256,
      nodeSignature: upload.nodeSignature,
      sha256: sha256OfParts(parts),
      audioSha256,
      bytes: totalBytes(parts),
      certificate,
    },
    { commandId: newId(), actor: `node:${nodeId}`, at },
    loaded,
  );
  await forgetLease(deps.redis, leaseId);
  return state;
}

/** Bad audio costs an attempt; the work goes to the next node. */
async function giveBack(
  { ledger, clock, redis }: AppDependencies,
  { leaseId, nodeId, generationId }: HeldLease,
  detail: string,
): Promise<void> {
  const at = clock.now();
  const reason = "rejected" as const;
  await handleGeneration(
    ledger,
    { type: "EndLease", generationId, at, leaseId, reason, detail },
    { commandId: reactionId(leaseId, "end"), actor: `node:${nodeId}`, at },
  );
  await forgetLease(redis, leaseId);
}

async function certify(
  { ledger: { vault }, certificates }: AppDependencies,
  { held, request, model }: Upload,
  { format, pcm }: AcceptedAudio,
  issuedAt: Instant,
): Promise<{ certificate: string; audioSha256: string }> {
  const opened = await readPrompt(vault, held.loaded.events);
  if (opened === undefined) {
    throw new ApiError("GENERATION_CLOSED", "This work was called off; its result is not used.");
  }
  const { generationId, bpm, key, audioMs, stems, sampleRate } = request.data.private;
  const audioSha256 = sha256OfParts(certifiedPartsOf(format, pcm));
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
  return { certificate: await certificates.sign(claims), audioSha256 };
}
