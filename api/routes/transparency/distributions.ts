import { z } from "zod";
import { figuresOf } from "../../../domain/sharing/figures.js";
import { policySchema } from "../../../domain/sharing/policies.js";
import type { ListedDistribution } from "../../../projections/distributions/queries.js";
import type { Cell } from "../../csv.js";
import { sharesLink } from "./links.js";

/** What a month shared out in one currency, in which all amounts are. */
export const distributionAnswer = z.object({
  currency: z.string(),
  /** `started` until all shares are recorded. */
  status: z.enum(["started", "finalized"]),
  day: z.string(),
  policy: policySchema,
  /** Came to be shared out since the ledger's start, and in earlier months. */
  accrued: z.string(),
  pooled_before: z.string(),
  /** Large gifts wait with this much of it; they did with that much when the month before was closed. */
  maturing: z.string(),
  maturing_before: z.string(),
  pool: z.string(),
  split: z.object({ workers: z.string(), infrastructure: z.string(), development: z.string() }),
  terms: z.object({
    workers: z.string(),
    infrastructure: z.string(),
    development: z.string(),
    reserve: z.string(),
    gift_monthly_max: z.string(),
    /** Nothing is shared out in this currency: it waits until it is converted. */
    awaits_conversion: z.boolean(),
  }),
  /** Of the workers' part: kept back now, and back from what was kept four closings ago. */
  reserved: z.string(),
  released: z.string(),
  /** Left over by the month before, and taken back from shares. */
  carried_in: z.string(),
  returned: z.string(),
  to_share: z.string(),
  units: z.string(),
  /** Claimed nodes that worked; their jobs, those of them that counted nothing, and jobs of other nodes. */
  nodes: z.int(),
  jobs: z.int(),
  jobs_not_counted: z.int(),
  jobs_of_unclaimed: z.int(),
  /** Null until all shares are recorded. */
  shared: z.string().nullable(),
  carried_out: z.string().nullable(),
  /** What the digest covers besides. */
  ledger_id: z.string(),
  opening: z.string(),
  closing: z.string(),
  predecessor: z.string().nullable(),
  digest: z.string(),
  shares: z.string(),
});
type DistributionAnswer = z.infer<typeof distributionAnswer>;

export function shownDistribution({ shown, outcome }: ListedDistribution): DistributionAnswer {
  const { month, currency, day, policy, units, digest } = shown;
  return {
    ...{ currency, day, policy, units, digest },
    status: outcome === null ? "started" : "finalized",
    ...amountsOf(shown),
    ...termsOf(shown),
    nodes: shown.nodes,
    jobs: shown.jobs,
    jobs_not_counted: shown.jobsNotCounted,
    jobs_of_unclaimed: shown.jobsOfUnclaimed,
    shared: outcome?.shared.amount ?? null,
    carried_out: outcome?.carriedOut.amount ?? null,
    ledger_id: shown.ledgerId,
    ...{ opening: shown.opening, closing: shown.closing, predecessor: shown.predecessor },
    shares: sharesLink(month),
  };
}

const amountsOf = (shown: ListedDistribution["shown"]) => ({
  accrued: shown.accrued.amount,
  pooled_before: shown.pooledBefore.amount,
  maturing: shown.maturing.amount,
  maturing_before: shown.maturingBefore.amount,
  pool: shown.pool.amount,
  reserved: shown.reserved.amount,
  released: shown.released.amount,
  carried_in: shown.carriedIn.amount,
  returned: shown.returned.amount,
  to_share: shown.toShare.amount,
});

function termsOf({ terms, split }: ListedDistribution["shown"]) {
  const { giftMonthlyMax, awaitsConversion = false, ...ratios } = terms;
  return {
    terms: {
      ...ratios,
      gift_monthly_max: giftMonthlyMax.amount,
      awaits_conversion: awaitsConversion,
    },
    split: {
      workers: split.workers.amount,
      infrastructure: split.infrastructure.amount,
      development: split.development.amount,
    },
  };
}

/** In the table of a month: each figure of its distributions in a row. */
export const distributionRows = (
  month: string,
  distributions: readonly ListedDistribution[],
): Cell[][] =>
  distributions.flatMap((each) =>
    figuresOf(each).map(({ kind, source, amount }) => [
      ...[month, kind, source, null, each.shown.currency],
      ...[amount === null ? null : { amount }, null, sharesLink(month)],
    ]),
  );
