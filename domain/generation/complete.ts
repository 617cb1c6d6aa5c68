import { DomainError } from "../errors.js";
import { leaseMs } from "../limits.js";
import type { Draft } from "../message.js";
import { withinInt } from "../numbers.js";
import { dayOf, epochMs, type Instant, laterOf, plusMs } from "../time.js";
import type { CompleteGeneration } from "./commands.js";
import type { GenerationCompleted, GenerationEnded, GenerationEvent } from "./events.js";
import { type GenerationState, isRequested, type Lease, type OpenGeneration } from "./state.js";

/** The audio and what it earns are one fact: both events, or neither. */
export function complete(
  command: CompleteGeneration,
  state: GenerationState,
): Draft<GenerationEvent>[] {
  if (!isRequested(state)) throw notHeld();
  const lease = state.leases.get(command.leaseId);
  if (lease === undefined) throw notHeld();
  if (state.status === "closed") {
    acceptedBefore(state.end, command);
    return [];
  }
  if (command.arrivedAt > state.request.data.private.expiresAt) throw tooLate();
  const late = command.arrivedAt > dueAt(command, lease);
  return [completed(command, state, lease, late), contribution(command, state, lease, late)];
}

/** Whoever could not reach us at the deadline has as long, once we can be reached, as for a heartbeat. */
const dueAt = ({ heardSince }: CompleteGeneration, { leasedAt, deadlineAt }: Lease): Instant =>
  heardSince > leasedAt ? laterOf(deadlineAt, plusMs(heardSince, leaseMs)) : deadlineAt;

/** What is known of a result: of its bytes nothing before they are read. */
export interface Result {
  readonly leaseId: string;
  readonly sentAudioSha256?: string;
}

/**
 * Whether a result still counts when its generation is over: only where it is the one that was
 * accepted, sent again. Then there is nothing to add.
 * @throws DomainError GENERATION_CLOSED, GENERATION_ALREADY_DONE
 */
export function acceptedBefore(end: GenerationEnded, result: Result): GenerationCompleted {
  if (end.type !== "GenerationCompleted") throw jobCancelled();
  const { leaseId, sentAudioSha256 } = end.data.private;
  const sent = result.sentAudioSha256 ?? sentAudioSha256;
  if (leaseId === result.leaseId && sentAudioSha256 === sent) return end;
  throw otherAccepted();
}

export const otherAccepted = (): DomainError =>
  new DomainError("GENERATION_ALREADY_DONE", "Another result was accepted before this one.");

export const jobCancelled = (): DomainError =>
  new DomainError("GENERATION_CLOSED", "This job was cancelled; its result is not used.");

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
  const {
    type: _,
    arrivedAt: __,
    heardSince: ___,
    model,
    heardBefore,
    understood,
    ...result
  } = command;
  const { userId, quotaDay, audioMs, stems } = request.data.private;
  const processingMs = withinInt(epochMs(command.at) - epochMs(leasedAt));
  return {
    type: "GenerationCompleted",
    public: { day: dayOf(command.at), nodeId, audioMs, stems: stems.length > 0, model },
    private: {
      ...{ ...result, userId, quotaDay, nodeId, late, processingMs },
      ...(heardBefore && { heardBefore }),
    },
    sealed: { ...(understood && { understood }) },
  };
}

function contribution(
  { generationId, at, leaseId, heardBefore, ownWork }: CompleteGeneration,
  { request }: OpenGeneration,
  { nodeId, drawnFrom, payeesOnline }: Lease,
  late: boolean,
): Draft<GenerationEvent> {
  const { userId: askedBy, audioMs, stems } = request.data.private;
  const work = { audioMs, stems: stems.length > 0, inTime: !late };
  const copy = heardBefore ? { heardBefore: true as const } : {};
  const drawn = { drawnFrom, payeesOnline };
  return {
    type: "ContributionRecorded",
    public: { day: dayOf(at), nodeId, ...work, ...copy, ...drawn },
    private: { generationId, at, leaseId, askedBy, ...(ownWork && { ownWork }) },
    sealed: {},
  };
}
