import { sql } from "kysely";
import { type LedgerEventOf, type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { netted } from "../../domain/money/postings.js";
import { nextMonth } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { addedTo, amountColumn } from "../amounts.js";
import { guarded, PoisonError, type Projection, type Trx } from "../projection.js";
import { keyText, loadRows, saveRows } from "../rows.js";

/**
 * Answers "what moved in this month?", by account and currency. A month is what lies between two
 * closings in `$all`; the row of the month as a whole (no account, no currency) says where it ends,
 * and the newest of them is the open one.
 */
export type MonthRow = {
  readonly month: string;
  readonly account: string;
  readonly currency: string;
  readonly turnover: string;
  /** Events that touched the account. */
  readonly entries: number;
  /** On the month's own row: where its closing lies; null while it is open. */
  readonly closed_position: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_month: MonthRow;
  }
}

const primaryKey = ["month", "account", "currency"];

export const months: Projection = {
  name: "months",
  version: 1,
  table: "read_month",
  primaryKey,
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    account VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency VARCHAR(3) CHARACTER SET ascii NOT NULL,
    turnover ${amountColumn},
    entries INT NOT NULL,
    closed_position BIGINT UNSIGNED NULL,
    PRIMARY KEY (month, account, currency)`,
  handles: ["LedgerOpened", "MonthClosed", ...monetaryTypes],
  async apply(trx, table, events) {
    const fold = new MonthFold(await openMonth(trx, table));
    for (const stored of events as StoredEvent<Handled>[]) guarded(stored, () => fold.add(stored));
    const known = await loadRows(trx, table, primaryKey, fold.keys());
    await saveRows(trx, table, fold.rows(known as Map<string, MonthRow>), known);
  },
};

type Handled = LedgerEventOf<"LedgerOpened" | "MonthClosed"> | MonetaryEvent;

async function openMonth(trx: Trx, table: string): Promise<string | undefined> {
  const { rows } = await sql<{ month: string | null }>`
    SELECT MAX(month) AS month FROM ${sql.table(table)} WHERE account = ''`.execute(trx);
  return rows[0]?.month ?? undefined;
}

/** What a batch adds, by month, account and currency. */
class MonthFold {
  #open: string | undefined;
  readonly #added = new Map<string, MonthRow>();

  constructor(open: string | undefined) {
    this.#open = open;
  }

  keys(): string[][] {
    return [...this.#added.values()].map((row) => [row.month, row.account, row.currency]);
  }

  add(stored: StoredEvent<Handled>): void {
    const { event, position } = stored;
    switch (event.type) {
      case "LedgerOpened":
        this.#begin(event.data.public.openedOn.slice(0, 7));
        return;
      case "MonthClosed": {
        const closed_position = String(position);
        this.#change([event.data.public.month, "", ""], (row) => ({ ...row, closed_position }));
        this.#begin(nextMonth(event.data.public.month));
        return;
      }
      default:
        this.#move(stored, event);
    }
  }

  /** The whole rows to write: what was there, plus what this batch adds. */
  rows(known: ReadonlyMap<string, MonthRow>): Map<string, MonthRow> {
    const rows = new Map(this.#added);
    for (const [key, added] of rows) {
      const before = known.get(key);
      if (before !== undefined) rows.set(key, sumOf(before, added));
    }
    return rows;
  }

  #move(stored: StoredEvent<Handled>, { data }: MonetaryEvent): void {
    if (this.#open === undefined) throw new PoisonError(stored, "no month is open");
    for (const { account, currency, amount } of netted(data.public.postings)) {
      this.#change([this.#open, account, currency], (row) => ({
        ...row,
        turnover: addedTo(row.turnover, amount),
        entries: row.entries + 1,
      }));
    }
  }

  #begin(month: string): void {
    this.#open = month;
    this.#change([month, "", ""], (row) => row);
  }

  #change(key: readonly [string, string, string], change: (row: MonthRow) => MonthRow): void {
    const [month, account, currency] = key;
    const nothing = { turnover: "0", entries: 0, closed_position: null };
    const row = this.#added.get(keyText(key)) ?? { month, account, currency, ...nothing };
    this.#added.set(keyText(key), change(row));
  }
}

const sumOf = (before: MonthRow, added: MonthRow): MonthRow => ({
  ...added,
  turnover: addedTo(before.turnover, added.turnover),
  entries: before.entries + added.entries,
  closed_position: added.closed_position ?? before.closed_position,
});
