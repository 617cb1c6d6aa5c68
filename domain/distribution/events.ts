import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsSchema } from "../money/postings.js";
import { whole } from "../numbers.js";
import { sha256Schema } from "../sha256.js";
import { policySchema } from "../sharing/policies.js";
import { termsSchema } from "../sharing/terms.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

export const distributionStream = ({ month, currency }: DistributionName): string =>
  `distribution-${month}-${currency}`;

/** What one distribution is called by: a month has one for each currency. */
export interface DistributionName {
  readonly month: string;
  readonly currency: string;
}

export const unitsSchema = z.string().regex(/^\d{1,24}$/);
const nameShape = { month: monthSchema, currency: moneySchema.shape.currency };

export const distributionEvents = [
  defineEvent("DistributionStarted", {
    about:
      "What a closed month has to share in one currency, by which terms, and for how much work.",
    public: {
      ...nameShape,
      day: daySchema,
      ledgerId: z.uuid(),
      policy: policySchema,
      /** Ids of the events that open and close the month. */
      opening: z.uuid(),
      closing: z.uuid(),
      /** The id of the last event of the month's before, which this one goes on from. */
      predecessor: z.uuid().nullable(),
      terms: termsSchema,
      /** All that anything but distributions ever posted to the pool, and what large gifts of it wait. */
      accrued: moneySchema,
      maturing: moneySchema,
      maturingBefore: moneySchema,
      /** The pools of all earlier months; this one's; and both together. */
      pooledBefore: moneySchema,
      pool: moneySchema,
      pooled: moneySchema,
      split: z.object({
        workers: moneySchema,
        infrastructure: moneySchema,
        development: moneySchema,
      }),
      /** Of the workers' part: kept back now, and back from the reserve. */
      reserved: moneySchema,
      released: moneySchema,
      /** Left over by the month before; taken back from shares in this one. */
      carriedIn: moneySchema,
      returned: moneySchema,
      toShare: moneySchema,
      /** Claimed nodes with work in this month, each of which has a share, if only of 0. */
      nodes: whole(),
      jobs: whole(),
      jobsNotCounted: whole(),
      jobsOfUnclaimed: whole(),
      units: unitsSchema,
      digest: sha256Schema,
      postings: postingsSchema,
    },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("DistributionFinalized", {
    about: "All shares of the distribution are recorded. They can be paid.",
    public: {
      ...nameShape,
      digest: sha256Schema,
      shared: moneySchema,
      /** What rounding left over, or a month without work: the next one shares it out. */
      carriedOut: moneySchema,
    },
    private: { at: instantSchema },
    sealed: {},
  }),
] as const;
export type DistributionEvent = EventOf<(typeof distributionEvents)[number]>;
export type DistributionStarted = Extract<DistributionEvent, { type: "DistributionStarted" }>;
export type DistributionFinalized = Extract<DistributionEvent, { type: "DistributionFinalized" }>;
