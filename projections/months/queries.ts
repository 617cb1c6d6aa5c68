import { moneyOf } from "../../domain/money/money.js";
import type { Turnover } from "../../domain/money/totals.js";
import type { Span } from "../entries/queries.js";
import type { ReadDb } from "../readTables.js";

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

export interface MonthTurnover extends Turnover {
  readonly month: string;
}

/** What moved, by account and currency, in one month or in each of them. */
export async function listTurnovers(db: ReadDb, month?: string): Promise<MonthTurnover[]> {
  const query = db.selectFrom("read_month").selectAll().where("account", "!=", "");
  const rows = await (month === undefined ? query : query.where("month", "=", month))
    .orderBy("month")
    .orderBy("account")
    .orderBy("currency")
    .execute();
  return rows.map(({ month: of, account, currency, turnover, entries }) => ({
    month: of,
    account,
    turnover: moneyOf(turnover, currency),
    entries,
  }));
}
