import type { GenerationEnded, GenerationEvent, GenerationRequested } from "./events.js";

export interface Lease {
  readonly leaseId: string;
  readonly nodeId: string;
  readonly attempt: number;
  readonly leasedAt: string;
  readonly deadlineAt: string;
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
    }
  /** Closed before its request came, which then is refused. */
  | { readonly status: "never-requested"; readonly end: GenerationEnded };
export type OpenGeneration = Extract<GenerationState, { status: "open" }>;
export type RequestedGeneration = Extract<GenerationState, { request: GenerationRequested }>;
type GenerationLeased = Extract<GenerationEvent, { type: "GenerationLeased" }>;

export const isRequested = (state: GenerationState): state is RequestedGeneration =>
  state.status === "open" || state.status === "closed";

export function evolve(state: GenerationState, event: GenerationEvent): GenerationState {
  switch (event.type) {
    case "GenerationRequested":
      return { status: "open", request: event, current: undefined, leases: new Map() };
    case "GenerationLeased":
      return state.status === "open" ? leased(state, event) : state;
    case "GenerationLeaseLost":
      return state.status === "open" ? { ...state, current: undefined } : state;
    case "ContributionRecorded":
      return state;
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
  const lease = { leaseId, nodeId, attempt, leasedAt: at, deadlineAt };
  return { ...state, current: lease, leases: state.leases.set(leaseId, lease) };
}

function closed(state: GenerationState, end: GenerationEnded): GenerationState {
  if (!isRequested(state)) return { status: "never-requested", end };
  const { request, leases } = state;
  return { status: "closed", request, end, leases };
}
