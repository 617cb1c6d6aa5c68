import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

export const operatorStream = (operatorId: string): string => `operator-${operatorId}`;

/** The payee's id is random: the vault gives one to each payout account, and events hold nothing else of it. */
const about = { operatorId: z.uuid(), at: instantSchema, payeeId: z.uuid() };

export const operatorEvents = [
  defineEvent("PayeeLinked", {
    about: "This payee is paid for the operator's nodes from now on.",
    public: {},
    private: {
      ...about,
      /** A maintainer accepted that operators share it. Who it was is the actor. */
      reason: text(500).optional(),
      evidenceSha256: sha256Schema.optional(),
    },
    sealed: {},
  }),
  defineEvent("PayeeHeld", {
    about:
      "The payee is another operator's already. A maintainer looks before it is paid for this one.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type OperatorEvent = EventOf<(typeof operatorEvents)[number]>;
