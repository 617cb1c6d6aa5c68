import type { MonthCursor } from "../../domain/books/monthCursor.js";
import type { LedgerEventOf } from "../../domain/ledger.js";
import { unitsOf } from "../../domain/sharing/work.js";
import { nextMonth } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { type Change, changesOf, foldRows } from "../foldRows.js";
import { loadMonthCursor } from "../loadMonthCursor.js";
import type { Projection } from "../projection.js";
import { plus } from "../rows.js";

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
  version: 2,
  table: "read_contribution",
  primaryKey,
  group: "money",
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    node_id CHAR(36) CHARACTER SET ascii NOT NULL,
    generations INT NOT NULL,
    audio_ms BIGINT NOT NULL,
    units BIGINT NOT NULL,
    closed TINYINT NOT NULL,
    PRIMARY KEY (month, node_id),
    KEY of_node (node_id, month)`,
  handles: ["LedgerOpened", "MonthClosed", "ContributionRecorded"],
  async apply(trx, table, events) {
    const cursor = await loadMonthCursor(trx, table);
    const changes = changesOf(events as StoredEvent<Handled>[], (stored) =>
      changesBy(stored, cursor),
    );
    await foldRows(trx, { table, primaryKey }, changes);
  },
};

function changesBy(stored: StoredEvent<Handled>, cursor: MonthCursor): Change<ContributionRow>[] {
  const { event } = stored;
  const month = cursor.monthOf(event);
  switch (event.type) {
    case "LedgerOpened":
      return [changeOf(stored, [month, wholeMonth], (row) => row)];
    case "MonthClosed":
      return [
        changeOf(stored, [month, wholeMonth], (row) => ({ ...row, closed: 1 })),
        changeOf(stored, [nextMonth(month), wholeMonth], (row) => row),
      ];
    case "ContributionRecorded": {
      const { nodeId, audioMs } = event.data.public;
      const units = unitsOf(event.data.public);
      return [nodeId, wholeMonth].map((node) =>
        changeOf(stored, [month, node], (row) => ({
          ...row,
          generations: row.generations + 1,
          audio_ms: plus(row.audio_ms, audioMs),
          units: plus(row.units, units),
        })),
      );
    }
  }
}

function changeOf(
  stored: StoredEvent,
  key: readonly [month: string, node: string],
  change: (row: ContributionRow) => ContributionRow,
): Change<ContributionRow> {
  const [month, node_id] = key;
  const nothing = { month, node_id, generations: 0, audio_ms: "0", units: "0", closed: 0 };
  return { stored, key, fold: (row = nothing) => change(row) };
}
