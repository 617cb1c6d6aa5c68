import { type Money, moneyOf } from "../../domain/money/money.js";
import type { ShareFate } from "../../domain/payable/fates.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import type { ShareRow } from "./projection.js";

export interface ListedShare {
  readonly month: string;
  readonly payId: string;
  readonly units: string;
  readonly amount: Money;
  readonly fate: ShareFate;
}

export interface SharesWanted {
  readonly month: string;
  /** The last share of the page before. */
  readonly after?: { readonly currency: string; readonly payId: string } | undefined;
  readonly limit: number;
}

/** A page of a month's shares, in the order of currencies and pay ids. */
export async function listShares(
  db: ReadDb,
  { month, after, limit }: SharesWanted,
): Promise<ListedShare[]> {
  let query = db.selectFrom(readBy("read_share", "PRIMARY")).selectAll().where("month", "=", month);
  if (after !== undefined) {
    const { currency, payId } = after;
    query = query.where(({ eb, or, and }) =>
      or([
        eb("currency", ">", currency),
        and([eb("currency", "=", currency), eb("pay_id", ">", payId)]),
      ]),
    );
  }
  const rows = await query.orderBy("currency").orderBy("pay_id").limit(limit).execute();
  return rows.map(shareOf);
}

/** What these nodes earned in a month. */
export async function listSharesOf(
  db: ReadDb,
  month: string,
  payIds: readonly string[],
): Promise<ListedShare[]> {
  if (payIds.length === 0) return [];
  const rows = await db
    .selectFrom(readBy("read_share", "of_pay_id"))
    .selectAll()
    .where("pay_id", "in", payIds)
    .where("month", "=", month)
    .execute();
  return rows.map(shareOf);
}

/** A page of the shares of a distribution that are owed, by pay id. */
export async function listOwedShares(
  db: ReadDb,
  wanted: { month: string; currency: string; after: string; limit: number },
): Promise<ListedShare[]> {
  const { month, currency, after, limit } = wanted;
  const rows = await db
    .selectFrom(readBy("read_share", "of_fate"))
    .selectAll()
    .where("fate", "=", "owed")
    .where("month", "=", month)
    .where("currency", "=", currency)
    .where("pay_id", ">", after)
    .orderBy("pay_id")
    .limit(limit)
    .execute();
  return rows.map(shareOf);
}

/** What this operator is owed and was not paid, of all nodes and months. */
export async function listOwedTo(
  db: ReadDb,
  operatorId: string,
  limit: number,
): Promise<ListedShare[]> {
  const rows = await db
    .selectFrom(readBy("read_tenure", "owner"))
    .innerJoin("read_share", "read_share.pay_id", "read_tenure.pay_id")
    .selectAll("read_share")
    .where("read_tenure.operator_id", "=", operatorId)
    .where("read_share.fate", "=", "owed")
    .limit(limit)
    .execute();
  return rows.map(shareOf);
}

const shareOf = ({ month, currency, pay_id, units, amount, fate }: ShareRow): ListedShare => ({
  month,
  payId: pay_id,
  units,
  amount: moneyOf(amount, currency),
  fate,
});
