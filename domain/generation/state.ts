import { keptForProvenMsMax, keptForProvenMsMin } from "../limits.js";
import { type Instant, plusMs } from "../time.js";
import type { GenerationEnded, GenerationEvent, GenerationRequested } from "./events.js";

export interface Lease {
  readonly leaseId: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly leasedAt: string;
  readonly deadlineAt: string;
  /** Null where it was not counted. */
  readonly drawnFrom: number | null;
  readonly payeesOnline: number | null;
  /** Undefined while nothing is said of its end. */
  readonly lost: { readonly at: string; readonly costsAttempt: boolean } | undefined;
}

export type GenerationState =
  | { readonly status: "absent" }
  | {
      readonly status: "open";
      readonly request: GenerationRequested;
      /** The lease in force; undefined while the work waits in line. */
      readonly current: Lease | undefined;
      /** Every lease ever given, by id: work of a lost one may still come in. */
      readonly leases: Map<string, Lease>;
    }
  | {
      readonly status: "closed";
      readonly request: GenerationRequested;
      readonly end: GenerationEnded;
      readonly leases: Map<string, Lease>;
      readonly isVoided: boolean;
    }
  /** Closed before its request came, which then is refused. */
  | { readonly status: "never-requested"; readonly end: GenerationEnded };
export type OpenGeneration = Extract<GenerationState, { status: "open" }>;
export type RequestedGeneration = Extract<GenerationState, { request: GenerationRequested }>;
type GenerationLeased = Extract<GenerationEvent, { type: "GenerationLeased" }>;
type GenerationLeaseLost = Extract<GenerationEvent, { type: "GenerationLeaseLost" }>;

export const isRequested = (state: GenerationState): state is RequestedGeneration =>
  state.status === "open" || state.status === "closed";

export type LostLease = Lease & { readonly lost: NonNullable<Lease["lost"]> };

const isLost = (lease: Lease): lease is LostLease => lease.lost !== undefined;

/** Oldest first. */
export const lostLeases = ({ leases }: OpenGeneration): readonly LostLease[] =>
  [...leases.values()].filter(isLost);

/** Work that nodes on probation failed waits longer and longer for a proven one, if there is one. */
export function keptForProvenUntil(state: OpenGeneration): Instant {
  const spared = lostLeases(state).filter(({ lost }) => !lost.costsAttempt);
  const last = spared.at(-1);
  if (last === undefined) return state.request.data.private.at;
  const keptMs = keptForProvenMsMin * 2 ** (spared.length - 1);
  return plusMs(last.lost.at, Math.min(keptMs, keptForProvenMsMax));
}

export function evolve(state: GenerationState, event: GenerationEvent): GenerationState {
  switch (event.type) {
    case "GenerationRequested":
      return { status: "open", request: event, current: undefined, leases: new Map() };
    case "GenerationLeased":
      return state.status === "open" ? leased(state, event) : state;
    case "GenerationLeaseLost":
      return state.status === "open" ? lost(state, event) : state;
    case "ContributionRecorded":
      return state;
    case "ContributionVoided":
      return state.status === "closed" ? { ...state, isVoided: true } : state;
    case "GenerationCompleted":
    case "GenerationRejected":
    case "GenerationFailed":
    case "GenerationCancelled":
    case "GenerationExpired":
      return closed(state, event);
  }
}

function leased(state: OpenGeneration, { data }: GenerationLeased): OpenGeneration {
  const { leaseId, nodeId, attempt, at, deadlineAt } = data.private;
  const { drawnFrom = null, payeesOnline = null } = data.private;
  const drawn = { drawnFrom, payeesOnline };
  const lease = { leaseId, nodeId, attempt, leasedAt: at, deadlineAt, ...drawn, lost: undefined };
  return { ...state, current: lease, leases: state.leases.set(leaseId, lease) };
}

function lost(state: OpenGeneration, { data }: GenerationLeaseLost): OpenGeneration {
  const { leaseId, at, costsAttempt = true } = data.private;
  const lease = state.leases.get(leaseId);
  if (lease === undefined) return { ...state, current: undefined };
  const leases = state.leases.set(leaseId, { ...lease, lost: { at, costsAttempt } });
  return { ...state, current: undefined, leases };
}

function closed(state: GenerationState, end: GenerationEnded): GenerationState {
  if (!isRequested(state)) return { status: "never-requested", end };
  const { request, leases } = state;
  return { status: "closed", request, end, leases, isVoided: false };
}
