import { DomainError } from "../errors.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf } from "../time.js";
import type { NodeCommand } from "./commands.js";
import { type NodeDescription, type NodeEvent, nodeStream } from "./events.js";

type State =
  | { readonly status: "absent" | "unregistered" }
  | {
      readonly status: "registered";
      readonly description: NodeDescription | undefined;
      readonly online: boolean;
    };

function evolve(state: State, { type, data }: NodeEvent): State {
  if (type === "NodeRegistered") {
    return { status: "registered", description: undefined, online: false };
  }
  if (state.status !== "registered") return state;
  switch (type) {
    case "NodeDescribed":
      return { ...state, description: data.private.description };
    case "NodeCameOnline":
      return { ...state, online: true };
    case "NodeWentOffline":
      return { ...state, online: false };
    case "NodeUnregistered":
      return { status: "unregistered" };
  }
}

function decide(command: NodeCommand, state: State): Draft<NodeEvent>[] {
  const about = { nodeId: command.nodeId, at: command.at };
  switch (command.type) {
    case "RegisterNode":
      return register(command, state);
    case "SetNodeOnline": {
      if (state.status !== "registered" || state.online === command.online) return [];
      const type = command.online ? "NodeCameOnline" : "NodeWentOffline";
      return [{ type, public: {}, private: about, sealed: {} }];
    }
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

/** Field order is the writer's own, so both sides are written out in one order. */
const descriptionKey = (d: NodeDescription): string =>
  JSON.stringify([
    d.engine,
    d.softwareVersion,
    d.models,
    d.stems,
    d.audioMsMax,
    d.sampleRateMax,
    d.gpu?.name,
    d.gpu?.memoryMb,
  ]);

export const nodeDecider: Aggregate<Pick<NodeCommand, "nodeId">, State, NodeCommand, NodeEvent> = {
  streamOf: ({ nodeId }) => nodeStream(nodeId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
};
