import { z } from "zod";
import { defineEvent, type EventOf, type Upcast } from "../message.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";
import { describedBy, nodeDescriptionSchema } from "./description.js";

export const nodeStream = (nodeId: string): string => `node-${nodeId}`;

const about = { nodeId: z.uuid(), at: instantSchema };

/** As version 1 had it: engine, version and GPU in the node's own words. */
const inItsWords = z.object({
  engine: z.string(),
  softwareVersion: z.string(),
  gpu: z.object({ name: z.string(), memoryMb: z.number() }).nullable(),
});
const describedInItsWords = z.looseObject({
  private: z.looseObject({ description: z.looseObject(inItsWords.shape) }),
});

const toLists: Upcast = (data) => {
  const { private: said, ...rest } = describedInItsWords.parse(data);
  const description = { ...said.description, ...describedBy(said.description) };
  return { ...rest, private: { ...said, description } };
};

export const nodeEvents = [
  defineEvent("NodeRegistered", {
    about:
      "A volunteer's machine registered, proved that it holds its key, and accepted the operator terms.",
    public: { nodeId: z.uuid(), publicKey: z.base64url().length(43), registeredOn: daySchema },
    private: { ...about, termsVersion: text(32) },
    sealed: {},
  }),
  defineEvent("NodeDescribed", {
    about: "What the node says it can do. The latest description counts.",
    public: {},
    private: { ...about, description: nodeDescriptionSchema },
    sealed: {},
    upcasts: [toLists],
  }),
  defineEvent("NodeCameOnline", {
    about: "The node has been reachable for five minutes.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("NodeWentOffline", {
    about: "The node has been silent for five minutes.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("NodeUnregistered", {
    about: "The node unregistered. The same key may return as the same node.",
    public: { nodeId: z.uuid(), unregisteredOn: daySchema },
    private: about,
    sealed: {},
  }),
] as const;
export type NodeEvent = EventOf<(typeof nodeEvents)[number]>;
