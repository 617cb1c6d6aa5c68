import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { sha256Schema } from "../sha256.js";
import { instantSchema } from "../time.js";

export const enrolmentStream = (tokenId: string): string => `enrolment-${tokenId}`;

const about = { tokenId: z.uuid(), at: instantSchema };

export const enrolmentEvents = [
  defineEvent("EnrolmentTokenIssued", {
    about:
      "An account got a token with which one node can say whose it is. Only its SHA-256 is kept.",
    public: {},
    private: {
      ...about,
      operatorId: z.uuid(),
      tokenHash: sha256Schema,
      expiresAt: instantSchema,
    },
    sealed: {},
  }),
  defineEvent("EnrolmentTokenUsed", {
    about:
      "A node registered with the token. It is the account's from now on, and the token is used up.",
    public: {},
    private: { ...about, operatorId: z.uuid(), nodeId: z.uuid() },
    sealed: {},
  }),
  defineEvent("EnrolmentTokenRevoked", {
    about: "The account took back a token that no node had used.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type EnrolmentEvent = EventOf<(typeof enrolmentEvents)[number]>;
export type EnrolmentTokenUsed = Extract<EnrolmentEvent, { type: "EnrolmentTokenUsed" }>;
