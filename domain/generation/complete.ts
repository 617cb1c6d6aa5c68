import { DomainError } from "../errors.js";
import { leaseMs } from "../limits.js";
import type { Draft } from "../message.js";
import { withinInt } from "../numbers.js";
import { epochMs, hourOf, type Instant, laterOf, plusMs } from "../time.js";
import type { CompleteGeneration } from "./commands.js";
import { contributionOf } from "./contribution.js";
import type { GenerationEvent } from "./events.js";
import { type GenerationState, isRequested, type Lease, type OpenGeneration } from "./state.js";

/** The audio and what it earns are one fact: both events, or neither. */
export function complete(
  command: CompleteGeneration,
  state: GenerationState,
): Draft<GenerationEvent>[] {
  if (!isRequested(state)) throw notHeld();
  const lease = state.leases.get(command.leaseId);
  if (lease === undefined) throw notHeld();
  if (state.status === "closed") return completeAgain(command, state);
  if (command.arrivedAt > state.request.data.private.expiresAt) throw tooLate();
  const late = command.arrivedAt > dueAt(command, lease);
  return [completed(command, state, lease, late), contribution(command, state, lease, late)];
}

/** Who could not reach us at the deadline has as long, once we can be reached, as for a heartbeat. */
const dueAt = ({ heardSince }: CompleteGeneration, { leasedAt, deadlineAt }: Lease): Instant =>
  heardSince > leasedAt ? laterOf(deadlineAt, plusMs(heardSince, leaseMs)) : deadlineAt;

/** The same bytes for the same lease are a repeated upload: fine, and nothing to add. */
function completeAgain(
  command: CompleteGeneration,
  { end }: Extract<GenerationState, { status: "closed" }>,
): [] {
  if (end.type !== "GenerationCompleted") {
    throw new DomainError("GENERATION_CLOSED", "This job was cancelled; its result is not used.");
  }
  const { leaseId, sentAudioSha256 } = end.data.private;
  if (leaseId === command.leaseId && sentAudioSha256 === command.sentAudioSha256) return [];
  throw new DomainError("GENERATION_ALREADY_DONE", "Another result was accepted before this one.");
}

/** The user may have been answered already that there is no audio, and that it cost nothing. */
const tooLate = (): DomainError =>
  new DomainError("GENERATION_CLOSED", "This job expired before its result had arrived.");

const notHeld = (): DomainError =>
  new DomainError("LEASE_NOT_HELD", "This node holds no lease with that job id.");

function completed(
  command: CompleteGeneration,
  { request }: OpenGeneration,
  { nodeId, leasedAt }: Lease,
  late: boolean,
): Draft<GenerationEvent> {
  const { type: _, arrivedAt: __, heardSince: ___, model, ...result } = command;
  const { userId, quotaDay, audioMs, stems } = request.data.private;
  const processingMs = withinInt(epochMs(command.at) - epochMs(leasedAt));
  return {
    type: "GenerationCompleted",
    public: { hour: hourOf(command.at), nodeId, audioMs, stems: stems.length > 0, model },
    private: { ...result, userId, quotaDay, nodeId, late, processingMs },
    sealed: {},
  };
}

function contribution(
  { generationId, at, leaseId }: CompleteGeneration,
  { request }: OpenGeneration,
  { nodeId }: Lease,
  late: boolean,
): Draft<GenerationEvent> {
  const { audioMs, stems } = request.data.private;
  const worth = contributionOf({ audioMs, stems: stems.length > 0, inTime: !late });
  return {
    type: "ContributionRecorded",
    public: { hour: hourOf(at), nodeId, ...worth },
    private: { generationId, at, leaseId },
    sealed: {},
  };
}
