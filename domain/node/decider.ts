import { DomainError } from "../errors.js";
import { boundEventsMax, dailyNodeComingsMax, dailyNodeDescriptionsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf, type Instant } from "../time.js";
import {
  claim,
  nobodys,
  suspendOrReinstate,
  type Tenure,
  type TenureEvent,
  tenureAfter,
  trust,
} from "./claim.js";
import type { AboutNode, NodeCommand } from "./commands.js";
import type { NodeDescription } from "./description.js";
import { type NodeEvent, nodeStream } from "./events.js";

export type NodeState =
  | { readonly status: "absent" | "unregistered"; readonly tenure: Tenure }
  | {
      readonly status: "registered";
      readonly tenure: Tenure;
      readonly description: NodeDescription | undefined;
      readonly online: boolean;
      /** How often it came online on the last day that it did. */
      readonly comings: Counted;
      /** The same of its descriptions. */
      readonly descriptions: Counted;
    };

interface Counted {
  readonly day: string;
  readonly times: number;
}
const never: Counted = { day: "", times: 0 };

function evolve(state: NodeState, event: NodeEvent): NodeState {
  switch (event.type) {
    case "NodeRegistered": {
      const counts = { comings: never, descriptions: never };
      const { tenure } = state;
      return { status: "registered", tenure, description: undefined, online: false, ...counts };
    }
    case "NodeClaimed":
    case "NodeTrusted":
    case "NodeSuspended":
    case "NodeReinstated":
      return { ...state, tenure: tenureAfter(state.tenure, event) };
    default:
      return state.status === "registered" ? whileRegistered(state, event) : state;
  }
}

type Registered = Extract<NodeState, { status: "registered" }>;
type AboutPresence = Exclude<NodeEvent, TenureEvent | { type: "NodeRegistered" }>;

function whileRegistered(state: Registered, { type, data }: AboutPresence): NodeState {
  switch (type) {
    case "NodeDescribed":
      return {
        ...state,
        description: data.private.description,
        descriptions: countedOn(state.descriptions, dayOf(data.private.at)),
      };
    case "NodeCameOnline":
      return { ...state, online: true, comings: countedOn(state.comings, dayOf(data.private.at)) };
    case "NodeWentOffline":
      return { ...state, online: false };
    case "NodeUnregistered":
      return { status: "unregistered", tenure: state.tenure };
  }
}

const countedOn = (counted: Counted, day: string): Counted => ({
  day,
  times: counted.day === day ? counted.times + 1 : 1,
});

function decide(command: NodeCommand, state: NodeState): Draft<NodeEvent>[] {
  switch (command.type) {
    case "RegisterNode":
      return register(command, state);
    case "SetNodeOnline":
      return setOnline(command, state);
    case "UnregisterNode":
      return unregister(command, known(state));
    case "ClaimNode":
      return claim(command, known(state).tenure);
    case "TrustNode":
      return trust(command, known(state).tenure);
    case "SuspendNode":
    case "ReinstateNode":
      return suspendOrReinstate(command, known(state).tenure);
  }
}

function known(state: NodeState): NodeState {
  if (state.status !== "absent") return state;
  throw new DomainError("NODE_NOT_FOUND", "There is no such node.");
}

function unregister({ nodeId, at }: AboutNode, { status }: NodeState): Draft<NodeEvent>[] {
  if (status !== "registered") return [];
  const shown = { nodeId, unregisteredOn: dayOf(at) };
  return [{ type: "NodeUnregistered", public: shown, private: { nodeId, at }, sealed: {} }];
}

function setOnline(
  { nodeId, at, online }: Extract<NodeCommand, { type: "SetNodeOnline" }>,
  state: NodeState,
): Draft<NodeEvent>[] {
  if (state.status !== "registered" || state.online === online) return [];
  if (online && isUsedUp(state.comings, at, dailyNodeComingsMax)) return [];
  const type = online ? "NodeCameOnline" : "NodeWentOffline";
  return [{ type, public: {}, private: { nodeId, at }, sealed: {} }];
}

const isUsedUp = ({ day, times }: Counted, at: Instant, timesMax: number): boolean =>
  day === dayOf(at) && times >= timesMax;

function register(
  command: Extract<NodeCommand, { type: "RegisterNode" }>,
  state: NodeState,
): Draft<NodeEvent>[] {
  const { nodeId, at, publicKey, termsVersion, description } = command;
  const described: Draft<NodeEvent> = {
    type: "NodeDescribed",
    public: {},
    private: { nodeId, at, description },
    sealed: {},
  };
  if (state.status === "registered") {
    const isTooOften = isUsedUp(state.descriptions, at, dailyNodeDescriptionsMax);
    return isTooOften || isSame(state.description, description) ? [] : [described];
  }
  const registered: Draft<NodeEvent> = {
    type: "NodeRegistered",
    public: { nodeId, publicKey, registeredOn: dayOf(at) },
    private: { nodeId, at, termsVersion },
    sealed: {},
  };
  return [registered, described];
}

const isSame = (known: NodeDescription | undefined, next: NodeDescription): boolean =>
  known !== undefined && descriptionKey(known) === descriptionKey(next);

/** The order of fields and models is the writer's own, so both sides are written out in one order. */
const descriptionKey = (d: NodeDescription): string =>
  JSON.stringify([
    d.engine,
    d.softwareVersion,
    [...d.models].sort(),
    d.stems,
    d.audioMsMax,
    d.sampleRateMax,
    d.gpu?.vendor,
    d.gpu?.memoryClassGb,
  ]);

function opens(command: NodeCommand): boolean {
  switch (command.type) {
    case "RegisterNode":
    case "ClaimNode":
      return true;
    case "SetNodeOnline":
      return command.online;
    // Work that was done makes a node trusted, once; the others end something.
    case "TrustNode":
    case "SuspendNode":
    case "ReinstateNode":
    case "UnregisterNode":
      return false;
  }
}

export const nodeDecider: Aggregate<
  Pick<NodeCommand, "nodeId">,
  NodeState,
  NodeCommand,
  NodeEvent
> = {
  streamOf: ({ nodeId }) => nodeStream(nodeId),
  initialState: () => ({ status: "absent", tenure: nobodys }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.node, opens },
};
