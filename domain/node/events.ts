import { z } from "zod";
import { defineEvent, type EventOf, type Upcast } from "../message.js";
import { whole } from "../numbers.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";
import { describedBy, nodeDescriptionSchema } from "./description.js";

export const nodeStream = (nodeId: string): string => `node-${nodeId}`;

const about = { nodeId: z.uuid(), at: instantSchema };
/** Who it was is the actor of the event. The evidence is a file that the maintainers keep. */
const byHand = { reason: text(500), evidenceSha256: sha256Schema };

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
  defineEvent("NodeClaimed", {
    about:
      "An account claimed the node, once for ever. What it does from now on can earn a share, under this pay id.",
    /** The pay id is drawn for this node: it stands in public shares, and leads to no other id. */
    public: { nodeId: z.uuid(), payId: z.uuid(), claimedOn: daySchema },
    private: {
      ...about,
      operatorId: z.uuid(),
      by: z.enum(["token", "signature"]),
      /** Of the enrolment token. */
      tokenId: z.uuid().optional(),
      /** What the node's key signed: our nonce and our origin, and whose the node is to be. */
      nonce: text(128).optional(),
      origin: text(255).optional(),
      signature: z.base64url().max(128).optional(),
    },
    sealed: {},
  }),
  defineEvent("NodeTrusted", {
    about: "The node has done enough accepted work, over long enough. Its work counts from now on.",
    public: { nodeId: z.uuid(), trustedOn: daySchema },
    private: { ...about, acceptedJobs: whole(), firstAcceptedAt: instantSchema },
    sealed: {},
  }),
  defineEvent("NodeSuspended", {
    about: "A maintainer suspended the node. It gets no work, and its unpaid shares are held.",
    public: { nodeId: z.uuid(), suspendedOn: daySchema },
    private: { ...about, ...byHand },
    sealed: {},
  }),
  defineEvent("NodeReinstated", {
    about: "A maintainer ended the suspension of the node.",
    public: { nodeId: z.uuid(), reinstatedOn: daySchema },
    private: { ...about, ...byHand },
    sealed: {},
  }),
] as const;
export type NodeEvent = EventOf<(typeof nodeEvents)[number]>;
