import { DomainError } from "../errors.js";
import {
  boundEventsMax,
  leaseAttemptsMax,
  leaseDeadlineMsMin,
  leaseDeadlinePerAudioMs,
  leasesMax,
} from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf, plusMs } from "../time.js";
import type {
  CancelGeneration,
  EndLease,
  GenerationCommand,
  LeaseGeneration,
  RequestGeneration,
  VoidContribution,
} from "./commands.js";
import { complete } from "./complete.js";
import { type GenerationEvent, generationStream } from "./events.js";
import {
  evolve,
  type GenerationState,
  isRequested,
  lostLeases,
  type OpenGeneration,
} from "./state.js";

function decide(command: GenerationCommand, state: GenerationState): Draft<GenerationEvent>[] {
  switch (command.type) {
    case "RequestGeneration":
      return request(command, state);
    case "CancelGeneration":
      return cancel(command, state);
    case "CompleteGeneration":
      return complete(command, state);
    case "LeaseGeneration":
      return state.status === "open" ? lease(command, state) : [];
    case "EndLease":
      return state.status === "open" ? endLease(command, state) : [];
    case "FailGeneration":
      return state.status === "open" ? [failed(state, command.at, command.reason)] : [];
    case "ExpireGeneration":
      return state.status === "open" ? expire(state, command.at) : [];
    case "VoidContribution":
      return voidContribution(command, state);
  }
}

function request(command: RequestGeneration, state: GenerationState): Draft<GenerationEvent>[] {
  if (isRequested(state)) return [];
  if (state.status === "never-requested") {
    throw new DomainError("GENERATION_CLOSED", "This request arrived too late. Send it again.");
  }
  const { type: _, prompt, commitmentSecret, stems, frames, sampleRate, ...about } = command;
  const audioMs = Math.round((frames / sampleRate) * 1000);
  return [
    {
      type: "GenerationRequested",
      public: {},
      private: { ...about, frames, sampleRate, audioMs, stems: [...stems] },
      sealed: { prompt, commitmentSecret },
    },
  ];
}

/** Nothing while another lease is in force: whoever reads the state sees that it is not theirs. */
function lease(command: LeaseGeneration, state: OpenGeneration): Draft<GenerationEvent>[] {
  const { generationId, leaseId, nodeId, at, drawnFrom, payeesOnline } = command;
  const { audioMs, expiresAt } = state.request.data.private;
  if (state.current !== undefined || state.leases.has(leaseId) || expiresAt <= at) return [];
  const deadlineMs = Math.max(leaseDeadlineMsMin, leaseDeadlinePerAudioMs * audioMs);
  return [
    {
      type: "GenerationLeased",
      public: {},
      private: {
        generationId,
        at,
        leaseId,
        nodeId,
        attempt: state.leases.size + 1,
        deadlineAt: plusMs(at, deadlineMs),
        ...(drawnFrom !== undefined && { drawnFrom }),
        ...(payeesOnline !== undefined && { payeesOnline }),
      },
      sealed: {},
    },
  ];
}

function endLease(command: EndLease, state: OpenGeneration): Draft<GenerationEvent>[] {
  const { generationId, at, leaseId, reason, detail, proven } = command;
  if (state.current?.leaseId !== leaseId) return [];
  const { nodeId } = state.current;
  const costsAttempt = proven && reason !== "left";
  const why = { reason, ...(detail !== undefined && { detail }) };
  const lost: Draft<GenerationEvent> = {
    type: "GenerationLeaseLost",
    public: {},
    private: { generationId, at, leaseId, nodeId, ...why, ...(!costsAttempt && { costsAttempt }) },
    sealed: {},
  };
  const attempts = attemptsUsed(state) + (costsAttempt ? 1 : 0);
  if (attempts < leaseAttemptsMax && state.leases.size < leasesMax) return [lost];
  if (reason === "rejected") return [lost, rejected(state, at, detail ?? "unknown")];
  return [lost, failed(state, at, "attempts-exhausted")];
}

const attemptsUsed = (state: OpenGeneration): number =>
  lostLeases(state).filter(({ lost }) => lost.costsAttempt).length;

function ended({ request }: OpenGeneration, at: string) {
  const { generationId, userId, quotaDay } = request.data.private;
  return { generationId, at, userId, quotaDay };
}

const rejected = (state: OpenGeneration, at: string, detail: string): Draft<GenerationEvent> => ({
  type: "GenerationRejected",
  public: {},
  private: { ...ended(state, at), detail },
  sealed: {},
});

const failed = (
  state: OpenGeneration,
  at: string,
  reason: "attempts-exhausted" | "prompt-erased",
): Draft<GenerationEvent> => ({
  type: "GenerationFailed",
  public: {},
  private: { ...ended(state, at), reason },
  sealed: {},
});

function expire(state: OpenGeneration, at: string): Draft<GenerationEvent>[] {
  if (state.request.data.private.expiresAt > at) return [];
  return [{ type: "GenerationExpired", public: {}, private: ended(state, at), sealed: {} }];
}

function cancel(command: CancelGeneration, state: GenerationState): Draft<GenerationEvent>[] {
  const { generationId, at, userId, quotaDay, reason } = command;
  if (reason === "never-requested" && state.status !== "absent") return [];
  if (reason === "asked" && state.status !== "open") return cancelAgain(userId, state);
  if (state.status === "open") refuseStranger(userId, state);
  const about = { generationId, at, userId, quotaDay, reason };
  const wasLeased = state.status === "open" && state.leases.size > 0;
  const cancelled = { ...about, ...(wasLeased && { afterLease: true as const }) };
  return [{ type: "GenerationCancelled", public: {}, private: cancelled, sealed: {} }];
}

function cancelAgain(userId: string, state: Exclude<GenerationState, OpenGeneration>): [] {
  if (state.status === "absent" || state.end.data.private.userId !== userId) throw notFound();
  if (state.end.type === "GenerationCancelled") return [];
  throw new DomainError("GENERATION_CLOSED", "This generation has already ended.");
}

function refuseStranger(userId: string, state: OpenGeneration): void {
  if (state.request.data.private.userId !== userId) throw notFound();
}

const notFound = (): DomainError =>
  new DomainError("GENERATION_NOT_FOUND", "There is no such generation.");

function voidContribution(
  { generationId, at, reason, evidenceSha256 }: VoidContribution,
  state: GenerationState,
): Draft<GenerationEvent>[] {
  if (state.status !== "closed" || state.end.type !== "GenerationCompleted") {
    const message = "No accepted work of that generation is there to be voided.";
    throw new DomainError("NOTHING_TO_VOID", message);
  }
  if (state.isVoided) return [];
  const { nodeId, leaseId } = state.end.data.private;
  const why = { reason, evidenceSha256 };
  return [
    {
      type: "ContributionVoided",
      public: { nodeId, voidedOn: dayOf(at) },
      private: { generationId, at, leaseId, ...why },
      sealed: {},
    },
  ];
}

function opens(command: GenerationCommand): boolean {
  switch (command.type) {
    case "RequestGeneration":
    case "LeaseGeneration":
      return true;
    case "EndLease":
    case "CompleteGeneration":
    case "CancelGeneration":
    case "FailGeneration":
    case "ExpireGeneration":
    case "VoidContribution":
      return false;
  }
}

export const generationDecider: Aggregate<
  Pick<GenerationCommand, "generationId">,
  GenerationState,
  GenerationCommand,
  GenerationEvent
> = {
  streamOf: ({ generationId }) => generationStream(generationId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.generation, opens },
  isRemembered: true,
};
