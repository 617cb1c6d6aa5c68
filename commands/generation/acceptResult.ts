import type { AudioFault } from "../../domain/audio/audioRules.js";
import type { CertificateClaims } from "../../domain/audio/certificate.js";
import { sampleRateSchema } from "../../domain/audio/music.js";
import { fmtPayload, wavAround } from "../../domain/audio/writeWav.js";
import { sizeOf } from "../../domain/byteRange.js";
import { DomainError } from "../../domain/errors.js";
import type { CompleteGeneration } from "../../domain/generation/commands.js";
import { acceptedBefore, jobCancelled } from "../../domain/generation/complete.js";
import { generationDecider } from "../../domain/generation/decider.js";
import {
  audioFileOf,
  type GenerationCompleted,
  type GenerationEnded,
  type GenerationRequested,
  type OwnWork,
} from "../../domain/generation/events.js";
import { mayRepeatItself } from "../../domain/generation/models.js";
import { type GenerationState, isRequested } from "../../domain/generation/state.js";
import { fullHourOf, type Instant } from "../../domain/time.js";
import type { AcceptedAudio, AudioCheck, ReadFile } from "../../platform/audio/audioCheck.js";
import type { Blobs } from "../../platform/blobs.js";
import { bytesOfParts, sha256OfFile } from "../../platform/fileParts.js";
import { type CertificateSigner, promptCommitment } from "../../platform/keys/certificates.js";
import type { Clock } from "../../platform/process/clock.js";
import { noteHolder } from "../../platform/redis/audioHolders.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { findHearing } from "../../platform/redis/hearing.js";
import { removeLease } from "../../platform/redis/leases.js";
import { noteAccepted, noteCopy } from "../../platform/redis/standings.js";
import { PersonErasedError } from "../../platform/vault/vault.js";
import type { CommandContext } from "../context.js";
import { handle, type Known, type Ledger, load } from "../handle.js";
import { contextInGeneration } from "./context.js";
import { wasHeardBefore } from "./hearSound.js";
import type { HeldLease } from "./heldLease.js";
import type { KnownSounds } from "./knownSounds.js";
import { type OpenedPrompt, openPrompt } from "./openPrompt.js";
import { promptSecret } from "./promptSecret.js";

export interface AcceptDeps {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly clock: Clock;
  readonly audioCheck: AudioCheck;
  readonly certificates: CertificateSigner;
  readonly blobs: Blobs;
  readonly knownSounds: KnownSounds;
  /** HMAC under the server's key. */
  readonly bodyHash: (body: unknown) => string;
}

/** What a node handed in, its header read and its signature verified. */
export interface SignedResult {
  readonly file: ReadFile;
  readonly request: GenerationRequested;
  /** The address block that it was asked for from, as HMAC, if that is still known. */
  readonly askedFrom: string | undefined;
  readonly model: string;
  /** What the node says that it understood of the prompt. */
  readonly understood: string | undefined;
  readonly ownWork: OwnWork | undefined;
  readonly nodeSignature: string;
  /** When the last byte was here. */
  readonly arrivedAt: Instant;
  /** Of the payloads of `fmt ` and `data` as they came: what the node signed. */
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
 * Checks the audio, signs it, stores it, and only then records it. State is read again after the
 * check, which takes its time: what came second is not signed.
 * @throws DomainError GENERATION_ALREADY_DONE, GENERATION_CLOSED; AudioCheckBusyError; FfmpegError
 */
export async function acceptResult(
  deps: AcceptDeps,
  held: Omit<HeldLease, "loaded">,
  signed: SignedResult,
): Promise<Accepted | Rejected> {
  const { sampleRate, frames, bpm } = signed.request.data.private;
  const verdict = await deps.audioCheck.check(signed.file, { sampleRate, frames, bpm });
  if (!verdict.accepted) {
    return { outcome: "rejected", reason: verdict.reason, message: verdict.message };
  }
  try {
    return await record(deps, held, signed, verdict);
  } finally {
    await verdict.remove();
  }
}

async function record(
  deps: AcceptDeps,
  held: Omit<HeldLease, "loaded">,
  signed: SignedResult,
  audio: AcceptedAudio,
): Promise<Accepted> {
  const loaded = await load(deps.ledger.store, generationDecider, held);
  if (loaded.state.status === "closed") {
    const sent = { leaseId: held.leaseId, sentAudioSha256: signed.sentAudioSha256 };
    return { outcome: "accepted", completed: acceptedBefore(loaded.state.end, sent) };
  }
  if (!isRequested(loaded.state)) throw new Error("Nobody asked for what was handed in.");
  const { request } = loaded.state;
  const at = deps.clock.now();
  const audioSha256 = await audioHashOf(signed, audio);
  const issued = { audioSha256, issuedAt: fullHourOf(at), nodeId: held.nodeId };
  const opened = await openPrompt(deps.ledger.vault, loaded.events);
  if (opened === undefined) throw jobCancelled();
  const certificate = await certify(deps, opened, { request, model: signed.model }, issued);
  const { before, after } = wavAround(audio.format, sizeOf(audio.pcm), certificate);
  const parts = [before, audio.pcm, after];
  const sha256 = await deps.blobs.put(parts, audioFileOf);
  const { userId, at: requestedAt } = request.data.private;
  const holder = { account: userId, block: signed.askedFrom };
  const [hearing] = await Promise.all([
    findHearing(deps.redis, at),
    noteHolder(deps.redis, audioFileOf(sha256), holder),
  ]);
  const kept = { sha256, audioSha256, bytes: bytesOfParts(parts), certificate };
  const { leaseId, nodeId, generationId } = held;
  const { model, understood, ownWork, sentAudioSha256, nodeSignature, arrivedAt } = signed;
  const sent = {
    leaseId,
    arrivedAt,
    heardSince: hearing ?? at,
    model,
    sentAudioSha256,
    nodeSignature,
  };
  const context = contextInGeneration(loaded, { actor: `node:${nodeId}`, at });
  const work = { print: audio.print, nodeId, request, prompt: opened.prompt, understood, model };
  const heardBefore = await wasHeardBefore(deps, work, context);
  const about = { generationId, at, ...sent, ...kept, heardBefore, ...(ownWork && { ownWork }) };
  const told = understood !== undefined && {
    understood: promptSecret(userId, requestedAt, understood),
  };
  const command = { type: "CompleteGeneration" as const, ...about, ...told };
  const completed = await complete(deps, command, context, loaded);
  await removeLease(deps.redis, { leaseId, nodeId });
  return { outcome: "accepted", completed };
}

async function complete(
  deps: AcceptDeps,
  command: CompleteGeneration,
  context: CommandContext,
  loaded: Known<GenerationState>,
): Promise<GenerationCompleted> {
  try {
    const { ledger, redis } = deps;
    const { state, position } = await handle(ledger, generationDecider, command, context, loaded);
    const end = await removeUnlessNamed(deps, command, state);
    if (end?.type !== "GenerationCompleted") throw new Error("What was completed is not.");
    if (position !== undefined) await noteCompleted(redis, end);
    return end;
  } catch (error) {
    // Anything else may have been appended all the same.
    const isErased = error instanceof PersonErasedError;
    if (isErased || error instanceof DomainError) {
      const { state } = await load(deps.ledger.store, generationDecider, command);
      await removeUnlessNamed(deps, command, state);
    }
    throw isErased ? jobCancelled() : error;
  }
}

async function noteCompleted(redis: RedisClient, { data }: GenerationCompleted): Promise<void> {
  const { nodeId, leaseId, heardBefore } = data.private;
  if (!heardBefore) await noteAccepted(redis, nodeId);
  else if (!mayRepeatItself(data.public.model)) await noteCopy(redis, { nodeId, leaseId });
}

/** A file that no event names, because another upload was faster or the work had ended, goes. */
async function removeUnlessNamed(
  { blobs }: AcceptDeps,
  { sha256 }: CompleteGeneration,
  state: GenerationState,
): Promise<GenerationEnded | undefined> {
  const end = state.status === "closed" ? state.end : undefined;
  const isNamed = end?.type === "GenerationCompleted" && end.data.private.sha256 === sha256;
  if (!isNamed) await blobs.remove(audioFileOf(sha256));
  return end;
}

/** 16-bit audio comes through the check bit by bit; the shortest `fmt ` is the one that we write. */
async function audioHashOf(
  { file: { wav }, sentAudioSha256 }: SignedResult,
  { format, pcm }: AcceptedAudio,
): Promise<string> {
  const fmt = fmtPayload(format);
  const isAsSent = wav.format.bitsPerSample === 16 && sizeOf(wav.fmt) === fmt.length;
  return isAsSent ? sentAudioSha256 : sha256OfFile([fmt, pcm]);
}

async function certify(
  { certificates }: AcceptDeps,
  opened: OpenedPrompt,
  { request, model }: Pick<SignedResult, "request" | "model">,
  issued: Pick<CertificateClaims, "audioSha256" | "issuedAt" | "nodeId">,
): Promise<string> {
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
    model,
    ...issued,
    aiGenerated: true,
  };
  return certificates.sign(claims);
}
