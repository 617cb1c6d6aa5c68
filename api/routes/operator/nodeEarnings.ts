import { z } from "zod";
import { shareFates } from "../../../domain/payable/fates.js";
import {
  type Circumstances,
  notCounted,
  reasonsNotCounted,
} from "../../../domain/sharing/eligibility.js";
import { shareFormula } from "../../../domain/sharing/formulas.js";
import type { Policy } from "../../../domain/sharing/policies.js";
import { formulaOf, unitsOf } from "../../../domain/sharing/work.js";
import type { ListedDistribution } from "../../../projections/distributions/queries.js";
import type { Span } from "../../../projections/entries/queries.js";
import {
  type JobSum,
  type JobsOf,
  type ListedJob,
  listNewestJobs,
  sumJobs,
} from "../../../projections/jobs/queries.js";
import type { ReadDb } from "../../../projections/readTables.js";
import type { ListedShare } from "../../../projections/shares/queries.js";
import type { TenureRow } from "../../../projections/tenures/queries.js";

const jobsShown = 20;

const reason = z.enum(reasonsNotCounted);
export const nodeAnswer = z.object({
  worker_id: z.string(),
  pay_id: z.string().nullable(),
  jobs: z.int(),
  jobs_not_counted: z.int(),
  not_counted: z.array(z.object({ reason, jobs: z.int() })),
  /** So far, or what the month ended with. */
  units: z.string(),
  shares: z.array(
    z.object({
      currency: z.string(),
      amount: z.string(),
      formula: z.string(),
      fate: z.enum(shareFates).describe("What became of it."),
    }),
  ),
  newest_jobs: z
    .array(
      z.object({
        job_id: z.string(),
        day: z.string(),
        units: z.string().describe("What it counts."),
        formula: z.string().describe("What it weighs."),
        not_counted: reason.nullable().describe("Why it counts nothing."),
      }),
    )
    .describe(`Of this month, newest first, at most ${jobsShown}.`),
});

/** What is the same for all nodes of the answer. */
export interface MonthOf {
  readonly operatorId: string;
  readonly policy: Policy;
  readonly span: Span;
  readonly paidAlike: readonly string[];
  readonly distributions: readonly ListedDistribution[];
  readonly shares: readonly ListedShare[];
}

export async function nodeEarnings(
  db: ReadDb,
  { node_id, pay_id, claimed_position, trusted_position }: TenureRow,
  month: MonthOf,
): Promise<z.infer<typeof nodeAnswer>> {
  const of: JobsOf = {
    ...{ nodeId: node_id, operatorId: month.operatorId, paidAlike: month.paidAlike },
    ...{ claimedPosition: claimed_position, trustedPosition: trusted_position, span: month.span },
  };
  const sums = await sumJobs(db, of);
  const newest = await listNewestJobs(db, of, jobsShown);
  const why = (circumstances: Circumstances) => notCounted(month.policy, circumstances);
  const shares = month.shares.filter(({ payId }) => payId === pay_id);
  return {
    ...{ worker_id: node_id, pay_id },
    ...summed(sums, why),
    shares: shares.flatMap((share) => shownShare(share, month.distributions)),
    newest_jobs: newest.map((job) => shownJob(job, why)),
  };
}

type Why = (circumstances: Circumstances) => ReturnType<typeof notCounted>;

function summed(sums: readonly JobSum[], why: Why) {
  const jobsOf = (some: readonly JobSum[]) => some.reduce((sum, { jobs }) => sum + jobs, 0);
  const because = reasonsNotCounted.map((each) => ({
    reason: each,
    jobs: jobsOf(sums.filter(({ circumstances }) => why(circumstances) === each)),
  }));
  const counted = sums.filter(({ circumstances }) => why(circumstances) === undefined);
  return {
    jobs: jobsOf(sums),
    jobs_not_counted: jobsOf(sums) - jobsOf(counted),
    not_counted: because.filter(({ jobs }) => jobs > 0),
    units: `${counted.reduce((sum, { units }) => sum + units, 0n)}`,
  };
}

/** Nothing before the distribution that it is part of is finalized. */
function shownShare(share: ListedShare, distributions: readonly ListedDistribution[]) {
  const { amount, currency } = share.amount;
  const of = distributions.find(({ shown }) => shown.currency === currency);
  if (of === undefined || of.outcome === null) return [];
  return [{ currency, amount, formula: shareFormula(of.shown, share), fate: share.fate }];
}

function shownJob({ leaseId, day, work, circumstances }: ListedJob, why: Why) {
  const not_counted = why(circumstances) ?? null;
  const units = not_counted === null ? `${unitsOf(work)}` : "0";
  return { job_id: leaseId, day, units, formula: formulaOf(work), not_counted };
}
