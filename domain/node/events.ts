import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

export const nodeStream = (nodeId: string): string => `node-${nodeId}`;

const about = { nodeId: z.uuid(), at: instantSchema };

/** What a node says of itself. Nothing in it is worth money; it decides what work it is offered. */
export const nodeDescriptionSchema = z.object({
  engine: text(64),
  softwareVersion: text(64),
  models: z.array(z.string().regex(/^[a-z0-9][a-z0-9._-]{0,47}$/)).max(16),
  stems: z.boolean(),
  audioMsMax: z.int().min(1000).max(60_000),
  sampleRateMax: z.int().min(8000).max(384_000),
  gpu: z.object({ name: text(128), memoryMb: z.int().min(0) }).nullable(),
});
export type NodeDescription = z.infer<typeof nodeDescriptionSchema>;

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
