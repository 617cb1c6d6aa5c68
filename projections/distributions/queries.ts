import type { NotNull } from "kysely";
import type { DistributionStarted } from "../../domain/distribution/events.js";
import { type Money, moneyOf } from "../../domain/money/money.js";
import type { Instant } from "../../domain/time.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { allMonths } from "./projection.js";

/** All that a distribution began with, in public. */
export type ShownDistribution = Omit<DistributionStarted["data"]["public"], "postings">;

export interface Outcome {
  readonly at: Instant;
  readonly shared: Money;
  readonly carriedOut: Money;
}

export interface ListedDistribution {
  readonly shown: ShownDistribution;
  /** Null until all shares are recorded. */
  readonly outcome: Outcome | null;
}

/** What a month shared out, by currency. */
export async function listDistributions(db: ReadDb, month: string): Promise<ListedDistribution[]> {
  const rows = await db
    .selectFrom(readBy("read_distribution", "PRIMARY"))
    .selectAll()
    .where("month", "=", month)
    .orderBy("currency")
    .execute();
  return rows.flatMap(({ currency, shown, finalized_at: at, shared, carried_out }) => {
    if (shown === null) return [];
    const sums = { shared: moneyOf(shared, currency), carriedOut: moneyOf(carried_out, currency) };
    // Written by its projection, from an event that was checked.
    const started: ShownDistribution = JSON.parse(shown);
    return [{ shown: started, outcome: at === null ? null : { at, ...sums } }];
  });
}

export interface Finalized {
  readonly month: string;
  readonly currency: string;
  readonly at: Instant;
}

/** Every distribution of which all shares are recorded, oldest month first: some for each month. */
export async function listFinalized(db: ReadDb): Promise<Finalized[]> {
  const rows = await db
    .selectFrom("read_distribution")
    .select(["month", "currency", "finalized_at"])
    .where("finalized_at", "is not", null)
    .orderBy("month")
    .orderBy("currency")
    .$narrowType<{ finalized_at: NotNull }>()
    .execute();
  return rows.map(({ month, currency, finalized_at: at }) => ({ month, currency, at }));
}

/** What all months together shared out, by currency. */
export async function listSharedOut(db: ReadDb): Promise<Money[]> {
  const rows = await db
    .selectFrom(readBy("read_distribution", "PRIMARY"))
    .select(["currency", "shared"])
    .where("month", "=", allMonths)
    .orderBy("currency")
    .execute();
  return rows.map(({ currency, shared }) => moneyOf(shared, currency));
}
