import { DomainError } from "../errors.js";
import { boundEventsMax, dailyNodeComingsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf, type Instant } from "../time.js";
import type { NodeCommand } from "./commands.js";
import { type NodeDescription, type NodeEvent, nodeStream } from "./events.js";

type State =
  | { readonly status: "absent" | "unregistered" }
  | {
      readonly status: "registered";
      readonly description: NodeDescription | undefined;
      readonly online: boolean;
      /** How often it came online on the last day that it did. */
      readonly comings: { readonly day: string; readonly times: number };
    };

type Registered = Extract<State, { status: "registered" }>;

function evolve(state: State, { type, data }: NodeEvent): State {
  if (type === "NodeRegistered") {
    const comings = { day: "", times: 0 };
    return { status: "registered", description: undefined, online: false, comings };
  }
  if (state.status !== "registered") return state;
  switch (type) {
    case "NodeDescribed":
      return { ...state, description: data.private.description };
    case "NodeCameOnline":
      return { ...state, online: true, comings: countedOn(state, dayOf(data.private.at)) };
    case "NodeWentOffline":
      return { ...state, online: false };
    case "NodeUnregistered":
      return { status: "unregistered" };
  }
}

const countedOn = ({ comings }: Registered, day: string) => ({
  day,
  times: comings.day === day ? comings.times + 1 : 1,
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
  if (online && isRestless(state, at)) return [];
  const type = online ? "NodeCameOnline" : "NodeWentOffline";
  return [{ type, public: {}, private: { nodeId, at }, sealed: {} }];
}

const isRestless = ({ comings }: Registered, at: Instant): boolean =>
  comings.day === dayOf(at) && comings.times >= dailyNodeComingsMax;

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
    return isSame(state.description, description) ? [] : [described];
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
    d.gpu?.name,
    d.gpu?.memoryMb,
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
