import { readWavFile } from "../../platform/audio/receivedFile.js";
import { sha256OfFile } from "../../platform/fileParts.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { findAskedFrom } from "../../platform/redis/askedFrom.js";
import { noteFirstArrival } from "../../platform/redis/firstArrivals.js";
import { findNode } from "../../platform/redis/nodes.js";
import { noteRefusedResult } from "../../platform/redis/refusedResults.js";
import type { Proof } from "./acceptedAgain.js";
import {
  type AcceptDeps,
  type Accepted,
  acceptResult,
  type Rejected,
  type SignedResult,
} from "./acceptResult.js";
import { type EndedLease, endLease } from "./endLease.js";
import type { HeldLease } from "./heldLease.js";
import { findOwnWork } from "./ownWork.js";

export interface SentResult
  extends Pick<SignedResult, "model" | "understood" | "arrivedAt">,
    Proof {
  /** Where the file lies that came. */
  readonly path: string;
}

type Refused = Rejected | { readonly outcome: "bad-signature" | "model-not-offered" };
export type ResultVerdict = Accepted | Refused;

/**
 * Takes in the audio of a job. Whatever is refused ends the lease as a failure does, and the work goes to
 * the next node. Who was not to blame sends the right bytes again, which are welcome while it is open.
 * @throws DomainError GENERATION_ALREADY_DONE, GENERATION_CLOSED; AudioCheckBusyError; FfmpegError
 */
export async function takeInResult(
  deps: AcceptDeps,
  held: HeldLease,
  sent: SentResult,
): Promise<ResultVerdict> {
  const verdict = await judge(deps, held, sent);
  if (verdict.outcome === "accepted") return verdict;
  const { leaseId, nodeId, generationId } = held;
  await noteRefusedResult(deps.redis, leaseId);
  const ended = { leaseId, generationId, ...whyOf(verdict) };
  await endLease(deps, ended, { actor: `node:${nodeId}`, at: deps.clock.now() });
  return verdict;
}

/** Only what was heard can be bad audio. */
function whyOf(verdict: Refused): Pick<EndedLease, "reason" | "detail"> {
  switch (verdict.outcome) {
    case "rejected":
      return { reason: "rejected", detail: verdict.reason };
    case "bad-signature":
      return { reason: "failed", detail: "BAD_SIGNATURE" };
    case "model-not-offered":
      return { reason: "failed", detail: "MODEL_NOT_OFFERED" };
  }
}

async function judge(
  deps: AcceptDeps,
  held: HeldLease,
  { path, nodeSignature, ...sent }: SentResult,
): Promise<ResultVerdict> {
  const reading = await readWavFile(path);
  if (!reading.ok) return { outcome: "rejected", reason: reading.fault, message: reading.message };
  const wav = reading.value;
  const audioSha256 = await sha256OfFile([
    { path, ...wav.fmt },
    { path, ...wav.data },
  ]);
  const { leaseId } = held;
  const arrival = { leaseId, audioSha256, at: sent.arrivedAt };
  const arrivedAt = await noteFirstArrival(deps.redis, arrival);
  const { origin, nodeKey } = sent;
  const proof = { purpose: "obsidian-node-result", origin, jobId: leaseId } as const;
  if (!isProof(nodeKey, { ...proof, audioSha256 }, nodeSignature)) {
    return { outcome: "bad-signature" };
  }
  // As it was before the body came: acceptResult reads it again when there is something to sign.
  const { state } = held.loaded;
  if (state.status !== "open") throw new Error("What is over is answered before its body comes.");
  const { request } = state;
  const [node, askedFrom] = await Promise.all([
    findNode(deps.redis, held.nodeId),
    findAskedFrom(deps.redis, held.generationId),
  ]);
  const { model, understood } = sent;
  const asked = request.data.private.model ?? model;
  if (model !== asked || !node?.models.includes(model)) return { outcome: "model-not-offered" };
  const ownWork = await findOwnWork(deps.ledger.store, { ...request, askedFrom }, node);
  const about = { request, askedFrom, model, understood, ownWork, nodeSignature, arrivedAt };
  return acceptResult(deps, held, {
    file: { path, wav },
    sentAudioSha256: audioSha256,
    ...about,
  });
}
