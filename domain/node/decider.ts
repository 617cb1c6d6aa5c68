import { DomainError } from "../errors.js";
import { boundEventsMax, dailyNodeComingsMax, dailyNodeDescriptionsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf, type Instant } from "../time.js";
import type { NodeCommand } from "./commands.js";
import type { NodeDescription } from "./description.js";
import { type NodeEvent, nodeStream } from "./events.js";

type State =
  | { readonly status: "absent" | "unregistered" }
  | {
      readonly status: "registered";
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

function evolve(state: State, { type, data }: NodeEvent): State {
  if (type === "NodeRegistered") {
    const counts = { comings: never, descriptions: never };
    return { status: "registered", description: undefined, online: false, ...counts };
  }
  if (state.status !== "registered") return state;
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
      return { status: "unregistered" };
  }
}

const countedOn = (counted: Counted, day: string): Counted => ({
  day,
  times: counted.day === day ? counted.times + 1 : 1,
});

function decide(command: NodeCommand, state: State): Draft<NodeEvent>[] {
  const about = { nodeId: command.nodeId, at: command.at };
  switch (command.type) {
    case "RegisterNode":
      return register(command, state);
    case "SetNodeOnline":
      return setOnline(command, state);
    case "UnregisterNode": {
      if (state.status === "absent") {
        throw new DomainError("NODE_NOT_FOUND", "There is no such node.");
      }
      if (state.status === "unregistered") return [];
      const shown = { nodeId: command.nodeId, unregisteredOn: dayOf(command.at) };
      return [{ type: "NodeUnregistered", public: shown, private: about, sealed: {} }];
    }
  }
}

function setOnline(
  { nodeId, at, online }: Extract<NodeCommand, { type: "SetNodeOnline" }>,
  state: State,
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
  state: State,
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
      return true;
    case "SetNodeOnline":
      return command.online;
    case "UnregisterNode":
      return false;
  }
}

export const nodeDecider: Aggregate<Pick<NodeCommand, "nodeId">, State, NodeCommand, NodeEvent> = {
  streamOf: ({ nodeId }) => nodeStream(nodeId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.node, opens },
};
