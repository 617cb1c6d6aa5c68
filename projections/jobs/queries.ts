import { sql } from "kysely";
import type { Circumstances } from "../../domain/sharing/eligibility.js";
import type { Work } from "../../domain/sharing/work.js";
import type { Span } from "../entries/queries.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";

/** A node's jobs of one month, and what has to be known of those behind it. */
export interface JobsOf {
  readonly nodeId: string;
  readonly operatorId: string;
  readonly claimedPosition: string | null;
  readonly trustedPosition: string | null;
  /** The month. */
  readonly span: Span;
  /** Accounts that have a payee in common with the operator, by the end of the month. */
  readonly paidAlike: readonly string[];
}

export interface JobSum {
  readonly circumstances: Circumstances;
  readonly jobs: number;
  /** What they weigh, whether they count or not. */
  readonly units: bigint;
}

/** All jobs of a month, together by what decides whether they count: a handful of sums. */
export async function sumJobs(db: ReadDb, of: JobsOf): Promise<JobSum[]> {
  const rows = await jobsOf(db, of)
    .select(({ fn }) => [fn.countAll<string>().as("jobs"), fn.sum<string>("units").as("units")])
    .groupBy(sql`voided, claimed, trusted, of_one_person, of_one_payee, only_one`)
    .execute();
  return rows.map((row) => ({
    circumstances: circumstancesOf(of, row),
    jobs: Number(row.jobs),
    units: BigInt(row.units),
  }));
}

export interface ListedJob {
  readonly leaseId: string;
  readonly day: string;
  readonly work: Work;
  readonly circumstances: Circumstances;
}

/** The newest jobs of a month, newest first. */
export async function listNewestJobs(db: ReadDb, of: JobsOf, limit: number): Promise<ListedJob[]> {
  const rows = await jobsOf(db, of)
    .select(["lease_id", "day", "audio_ms", "stems", "in_time", "heard_before"])
    .orderBy("position", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    leaseId: row.lease_id,
    day: row.day,
    work: {
      audioMs: row.audio_ms,
      stems: row.stems === 1,
      inTime: row.in_time === 1,
      heardBefore: row.heard_before === 1,
    },
    circumstances: circumstancesOf(of, row),
  }));
}

/** By positions, as the fold of the log has it: what came before what, and before the month's end. */
function jobsOf(db: ReadDb, of: JobsOf) {
  const { from, to } = of.span;
  const after = (position: string | null) =>
    position === null ? sql<number>`0` : sql<number>`(position > ${position})`;
  const alike =
    of.paidAlike.length === 0
      ? sql<number>`one_payee`
      : sql<number>`(one_payee = 1 OR COALESCE(asked_by IN (${sql.join(of.paidAlike)}), 0))`;
  const voided = to === null ? sql`TRUE` : sql`voided_position <= ${String(to)}`;
  const query = db
    .selectFrom(readBy("read_job", "of_node"))
    .select([
      sql<number>`(voided_position IS NOT NULL AND ${voided})`.as("voided"),
      after(of.claimedPosition).as("claimed"),
      after(of.trustedPosition).as("trusted"),
      sql<number>`(one_person = 1 OR asked_by <=> ${of.operatorId})`.as("of_one_person"),
      alike.as("of_one_payee"),
      sql<number>`only_one_could`.as("only_one"),
    ])
    .where("node_id", "=", of.nodeId)
    .where("position", ">", String(from ?? 0n));
  return to === null ? query : query.where("position", "<=", String(to));
}

interface Decisive {
  readonly voided: number;
  readonly claimed: number;
  readonly trusted: number;
  readonly of_one_person: number;
  readonly of_one_payee: number;
  readonly only_one: number;
}

function circumstancesOf({ claimedPosition, span }: JobsOf, row: Decisive): Circumstances {
  const isIn = claimedPosition !== null && (span.to === null || BigInt(claimedPosition) <= span.to);
  return {
    isVoided: Number(row.voided) === 1,
    isClaimed: isIn,
    wasClaimed: Number(row.claimed) === 1,
    wasTrusted: Number(row.trusted) === 1,
    ofOnePerson: Number(row.of_one_person) === 1,
    ofOnePayee: Number(row.of_one_payee) === 1,
    nobodyElseCould: Number(row.only_one) === 1,
  };
}
