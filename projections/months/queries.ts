import { moneyOf } from "../../domain/money/money.js";
import type { Turnover } from "../../domain/money/totals.js";
import type { Span } from "../entries/queries.js";
import type { ReadDb } from "../readTables.js";
import { allMonths, type MonthRow } from "./projection.js";

export interface Month {
  readonly month: string;
  readonly isClosed: boolean;
  /** Where its events lie: `to` is null while it is open. */
  readonly span: Span;
}

/** Every month since the ledger was opened, oldest first; the last is the open one. */
export async function listMonths(db: ReadDb): Promise<Month[]> {
  const rows = await db
    .selectFrom("read_month")
    .select(["month", "closed_position"])
    .where("account", "=", "")
    .orderBy("month")
    .execute();
  return rows.map(({ month, closed_position }, index) => {
    const before = rows[index - 1]?.closed_position ?? null;
    const from = before === null ? null : BigInt(before);
    const to = closed_position === null ? null : BigInt(closed_position);
    return { month, isClosed: to !== null, span: { from, to } };
  });
}

export const findMonth = async (db: ReadDb, month: string): Promise<Month | undefined> =>
  (await listMonths(db)).find((each) => each.month === month);

/** Gifts received since the ledger was opened; those in suspense are none yet. */
export async function countDonations(db: ReadDb): Promise<number> {
  const { count } = await db
    .selectFrom("read_month")
    .select(({ fn }) => fn.sum<string | null>("donations").as("count"))
    .where("account", "=", "")
    .executeTakeFirstOrThrow();
  return Number(count ?? 0);
}

export interface MonthTurnover extends Turnover {
  readonly month: string;
}

/** What moved in one month, by account and currency. */
export async function listTurnovers(db: ReadDb, month: string): Promise<MonthTurnover[]> {
  return (await turnovers(db).where("month", "=", month).execute()).map(turnoverOf);
}

/** What moved since the ledger was opened, by account and currency. */
export const listTotalTurnovers = (db: ReadDb): Promise<MonthTurnover[]> =>
  listTurnovers(db, allMonths);

/** What moved in each month, by account and currency. */
export async function listTurnoversByMonth(db: ReadDb): Promise<MonthTurnover[]> {
  return (await turnovers(db).where("month", "!=", allMonths).execute()).map(turnoverOf);
}

const turnovers = (db: ReadDb) =>
  db
    .selectFrom("read_month")
    .selectAll()
    .where("account", "!=", "")
    .orderBy("month")
    .orderBy("account")
    .orderBy("currency");

const turnoverOf = ({ month, account, currency, turnover, entries }: MonthRow): MonthTurnover => ({
  month,
  account,
  turnover: moneyOf(turnover, currency),
  entries,
});
