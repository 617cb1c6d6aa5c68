import type { GenerationEnded, GenerationEvent, GenerationRequested } from "./events.js";
import { isTerminal } from "./events.js";

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
      readonly leases: ReadonlyMap<string, Lease>;
    }
  | {
      readonly status: "closed";
      readonly end: GenerationEnded;
      readonly request: GenerationRequested | undefined;
      readonly leases: ReadonlyMap<string, Lease>;
    };
export type OpenGeneration = Extract<GenerationState, { status: "open" }>;

export function evolve(state: GenerationState, event: GenerationEvent): GenerationState {
  if (event.type === "GenerationRequested") {
    return { status: "open", request: event, current: undefined, leases: new Map() };
  }
  if (isTerminal(event)) {
    const { request, leases } = state.status === "absent" ? nothingBefore : state;
    return { status: "closed", end: event, request, leases };
  }
  return state.status === "open" ? evolveOpen(state, event) : state;
}

const nothingBefore = { request: undefined, leases: new Map<string, Lease>() };

function evolveOpen(state: OpenGeneration, event: GenerationEvent): OpenGeneration {
  switch (event.type) {
    case "GenerationLeased": {
      const { leaseId, nodeId, attempt, at, deadlineAt } = event.data.private;
      const lease = { leaseId, nodeId, attempt, leasedAt: at, deadlineAt };
      return { ...state, current: lease, leases: new Map(state.leases).set(leaseId, lease) };
    }
    case "GenerationLeaseLost":
      return { ...state, current: undefined };
    default:
      return state;
  }
}
