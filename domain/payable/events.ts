import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsUpTo } from "../money/postings.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

/** What an operator is owed in one currency: whoever takes a share of it, takes it here, once. */
export const payableStream = ({ operatorId, currency }: PayableName): string =>
  `payable-${operatorId}-${currency}`;

export interface PayableName {
  readonly operatorId: string;
  readonly currency: string;
}

/** A share is called by its month and node, in the currency of its stream. */
const shareShape = { month: monthSchema, payId: z.uuid(), amount: moneySchema };

export const payableEvents = [
  defineEvent("ShareVoided", {
    about: "A maintainer took a share back into the workers' pool. The next month shares it out.",
    public: { ...shareShape, day: daySchema, postings: postingsUpTo(2) },
    private: {
      operatorId: z.uuid(),
      at: instantSchema,
      reason: text(2000),
      evidenceSha256: sha256Schema,
    },
    sealed: {},
  }),
] as const;
export type PayableEvent = EventOf<(typeof payableEvents)[number]>;
