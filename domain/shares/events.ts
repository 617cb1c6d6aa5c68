import { z } from "zod";
import { unitsSchema } from "../distribution/events.js";
import { defineEvent, type EventOf } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsUpTo } from "../money/postings.js";
import { whole } from "../numbers.js";
import { sha256Schema } from "../sha256.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

/** Shares are recorded so many at a time: an event is one entry of the public log. */
export const sharesPerChunk = 250;

/** One stream for each chunk: two who record it at once can't record it twice. */
export const sharesStream = ({ month, currency, chunk }: ChunkName): string =>
  `shares-${month}-${currency}-${chunk}`;

/** The chunks of a distribution count from 0. */
export interface ChunkName {
  readonly month: string;
  readonly currency: string;
  readonly chunk: number;
}

export const shareSchema = z.object({
  payId: z.uuid(),
  units: unitsSchema,
  /** In the currency of the distribution. */
  amount: moneySchema.shape.amount,
});
export type RecordedShare = z.infer<typeof shareSchema>;

export const sharesEvents = [
  defineEvent("DistributionSharesRecorded", {
    about: "What a month's work earned, node by node, in the order of their pay ids.",
    public: {
      month: monthSchema,
      currency: moneySchema.shape.currency,
      chunk: whole(),
      day: daySchema,
      /** Of the distribution that they are part of. */
      digest: sha256Schema,
      shares: z.array(shareSchema).max(sharesPerChunk),
      postings: postingsUpTo(sharesPerChunk + 1),
    },
    private: { at: instantSchema },
    sealed: {},
  }),
] as const;
export type SharesEvent = EventOf<(typeof sharesEvents)[number]>;
