import { sql } from "kysely";
import { allNodes } from "../../domain/money/accounts.js";
import { isZero, type Money, moneyOf } from "../../domain/money/money.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import { lastBalances } from "./lastBalances.js";
import { type EntryRow, openingPosition } from "./projection.js";

export interface AccountBalance {
  readonly account: string;
  readonly balance: Money;
}

/** Every account's balances, those of all nodes in one line, right after the event at this position, or now; empty ones left out. */
export async function listBalances(
  db: ReadDb,
  { at }: { at?: bigint } = {},
): Promise<AccountBalance[]> {
  // In one transaction, so that all are of one moment.
  const rows = await db.transaction().execute(async (trx) => {
    const accounts = await trx
      .selectFrom(readBy("read_entry", "place"))
      .select(["account", "currency"])
      .where("position", "=", String(openingPosition))
      .execute();
    return lastBalances(trx, "read_entry", accounts, at);
  });
  const names = rows.map((row) => ({ ...row, name: `${row.account} ${row.currency}` }));
  return names
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ account, currency, balance }) => ({ account, balance: moneyOf(balance, currency) }))
    .filter(({ balance }) => !isZero(balance));
}

/** Places in `$all`: after `from`, up to and with `to`; null is open. */
export interface Span {
  readonly from: bigint | null;
  readonly to: bigint | null;
}

export interface EntryWanted {
  readonly span: Span;
  readonly account?: string | undefined;
  readonly currency?: string | undefined;
  readonly without?: "distributions" | undefined;
  /** The last entry of the page before. */
  readonly after?: EntryPlace | undefined;
  readonly limit: number;
}
export interface EntryPlace {
  readonly position: string;
  readonly account: string;
  readonly currency: string;
}

export type ListedEntry = EntryRow & {
  /** What the public calls the donation by. */
  readonly donation_id: string | null;
};

const keyFor = (account: string | undefined, currency: string | undefined): string => {
  if (account === undefined) return currency === undefined ? "place" : "of_currency";
  return currency === undefined ? "of_account" : "PRIMARY";
};

/** The rows that make a total, oldest first. */
export async function listEntries(
  db: ReadDb,
  { span, account, currency, without, after, limit }: EntryWanted,
): Promise<ListedEntry[]> {
  let query = db
    .selectFrom(readBy("read_entry", keyFor(account, currency)))
    .leftJoin("read_donation", "read_donation.stream", "read_entry.stream")
    .selectAll("read_entry")
    .select("read_donation.donation_id")
    .where("read_entry.position", ">", String(span.from ?? openingPosition));
  if (span.to !== null) query = query.where("read_entry.position", "<=", String(span.to));
  // The lines of single nodes make the one of all.
  query =
    account === undefined
      ? query.where("read_entry.account", "!=", allNodes)
      : query.where("read_entry.account", "=", account);
  if (currency !== undefined) query = query.where("read_entry.currency", "=", currency);
  if (without !== undefined)
    query = query.where(sql<boolean>`read_entry.type NOT LIKE 'Distribution%'`);
  if (after !== undefined) {
    query = query.where("read_entry.position", ">=", after.position).where(
      sql<boolean>`(read_entry.position, read_entry.account, read_entry.currency)
          > (${after.position}, ${after.account}, ${after.currency})`,
    );
  }
  return query
    .orderBy("read_entry.position")
    .orderBy("read_entry.account")
    .orderBy("read_entry.currency")
    .limit(limit)
    .execute();
}
