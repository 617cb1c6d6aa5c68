import { sql } from "kysely";
import type { LedgerEventOf } from "../../domain/ledger.js";
import { nextMonth } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { guarded, PoisonError, type Projection, type Trx } from "../projection.js";
import { keyText, loadRows, plus, saveRows } from "../rows.js";

/**
 * Answers "who contributed how much to which month?" A month is what lies between two closings in
 * `$all`, so the row of the month as a whole (`node_id` empty) also says which month is open: the
 * newest one.
 */
export type ContributionRow = {
  readonly month: string;
  readonly node_id: string;
  readonly generations: number;
  readonly audio_ms: string;
  readonly units: string;
  /** On the month's own row: 1 once it is closed. */
  readonly closed: number;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_contribution: ContributionRow;
  }
}

type Handled = LedgerEventOf<"LedgerOpened" | "MonthClosed" | "ContributionRecorded">;

const wholeMonth = "";
const primaryKey = ["month", "node_id"];

export const contributions: Projection = {
  name: "contributions",
  version: 1,
  table: "read_contribution",
  primaryKey,
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    generations INT NOT NULL,
    audio_ms BIGINT NOT NULL,
    units BIGINT NOT NULL,
    closed TINYINT NOT NULL,
    PRIMARY KEY (month, node_id)`,
  handles: ["LedgerOpened", "MonthClosed", "ContributionRecorded"],
  async apply(trx, table, events) {
    const fold = new MonthFold(await openMonth(trx, table));
    for (const stored of events as StoredEvent<Handled>[]) guarded(stored, () => fold.add(stored));
    const known = await loadRows(trx, table, primaryKey, fold.keys());
    await saveRows(trx, table, fold.rows(known as Map<string, ContributionRow>), known);
  },
};

async function openMonth(trx: Trx, table: string): Promise<string | undefined> {
  const { rows } = await sql<{ month: string | null }>`
    SELECT MAX(month) AS month FROM ${sql.table(table)} WHERE node_id = ${wholeMonth}`.execute(trx);
  return rows[0]?.month ?? undefined;
}

/** What a batch adds, by month and node. */
class MonthFold {
  #open: string | undefined;
  readonly #added = new Map<string, ContributionRow>();

  constructor(open: string | undefined) {
    this.#open = open;
  }

  keys(): string[][] {
    return [...this.#added.values()].map((row) => [row.month, row.node_id]);
  }

  add(stored: StoredEvent<Handled>): void {
    const { type, data } = stored.event;
    switch (type) {
      case "LedgerOpened":
        this.#begin(data.public.openedOn.slice(0, 7));
        return;
      case "MonthClosed":
        this.#change(data.public.month, wholeMonth, (row) => ({ ...row, closed: 1 }));
        this.#begin(nextMonth(data.public.month));
        return;
      case "ContributionRecorded": {
        if (this.#open === undefined) throw new PoisonError(stored, "no month is open");
        const { nodeId, audioMs, units } = data.public;
        for (const node of [nodeId, wholeMonth]) {
          this.#change(this.#open, node, (row) => ({
            ...row,
            generations: row.generations + 1,
            audio_ms: plus(row.audio_ms, audioMs),
            units: plus(row.units, units),
          }));
        }
      }
    }
  }

  /** The whole rows to write: what was there, plus what this batch adds. */
  rows(known: ReadonlyMap<string, ContributionRow>): Map<string, ContributionRow> {
    const rows = new Map(this.#added);
    for (const [key, added] of rows) {
      const before = known.get(key);
      if (before !== undefined) rows.set(key, sumOf(before, added));
    }
    return rows;
  }

  #begin(month: string): void {
    this.#open = month;
    this.#change(month, wholeMonth, (row) => row);
  }

  #change(month: string, node: string, change: (row: ContributionRow) => ContributionRow): void {
    const key = keyText([month, node]);
    const nothing = {
      month,
      node_id: node,
      generations: 0,
      audio_ms: "0",
      units: "0",
      closed: 0,
    };
    this.#added.set(key, change(this.#added.get(key) ?? nothing));
  }
}

const sumOf = (before: ContributionRow, added: ContributionRow): ContributionRow => ({
  ...added,
  generations: before.generations + added.generations,
  audio_ms: plus(before.audio_ms, Number(added.audio_ms)),
  units: plus(before.units, Number(added.units)),
  closed: Math.max(before.closed, added.closed),
});
