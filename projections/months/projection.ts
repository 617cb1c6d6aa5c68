import type { MonthCursor } from "../../domain/books/monthCursor.js";
import { type LedgerEventOf, type MonetaryEvent, monetaryTypes } from "../../domain/ledger.js";
import { allNodes, isOfNode } from "../../domain/money/accounts.js";
import { netted, type Posting } from "../../domain/money/postings.js";
import { isOfDistributions } from "../../domain/sharing/monthMoney.js";
import { nextMonth } from "../../domain/time.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { addedTo, amountColumn } from "../amounts.js";
import { type Change, changesOf, foldRows } from "../foldRows.js";
import { loadMonthCursor } from "../loadMonthCursor.js";
import type { Projection } from "../projection.js";

/**
 * Answers "what moved in this month?", by account and currency. A month is what lies between two
 * closings in `$all`; the row of the month as a whole (no account, no currency) says where it ends,
 * and the newest of them is the open one. Rows without a month sum up all of them.
 */
export type MonthRow = {
  readonly month: string;
  readonly account: string;
  readonly currency: string;
  readonly turnover: string;
  /** Events that touched the account. */
  readonly entries: number;
  /** On the month's own row: gifts received or come out of suspense, less entries that were undone. */
  readonly donations: number;
  /** On the month's own row: where its closing lies; null while it is open. */
  readonly closed_position: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_month: MonthRow;
  }
}

const primaryKey = ["month", "account", "currency"];
/** In place of a month. */
export const allMonths = "";

export const months: Projection = {
  name: "months",
  version: 5,
  table: "read_month",
  primaryKey,
  group: "money",
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    account VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency VARCHAR(3) CHARACTER SET ascii NOT NULL,
    turnover ${amountColumn},
    entries INT NOT NULL,
    donations INT NOT NULL,
    closed_position BIGINT UNSIGNED NULL,
    PRIMARY KEY (month, account, currency),
    KEY of_account (account, month)`,
  handles: ["LedgerOpened", "MonthClosed", ...monetaryTypes],
  async apply(trx, table, events) {
    const cursor = await loadMonthCursor(trx, table);
    const changes = changesOf(events as StoredEvent<Handled>[], (stored) =>
      changesBy(stored, cursor),
    );
    await foldRows(trx, { table, primaryKey }, changes);
  },
};

type Handled = LedgerEventOf<"LedgerOpened" | "MonthClosed"> | MonetaryEvent;

function changesBy(stored: StoredEvent<Handled>, cursor: MonthCursor): Change<MonthRow>[] {
  const { event } = stored;
  const month = cursor.monthOf(event);
  switch (event.type) {
    case "LedgerOpened":
      return [changeOf(stored, [month, "", ""], (row) => row)];
    case "MonthClosed": {
      const closed_position = String(stored.position);
      return [
        changeOf(stored, [month, "", ""], (row) => ({ ...row, closed_position })),
        changeOf(stored, [nextMonth(month), "", ""], (row) => row),
      ];
    }
    default:
      return [...turnoversBy(stored, event, month), ...giftsBy(stored, event, month)];
  }
}

const pool = "liabilities:undistributed";

/** What nodes are owed is one line: there is no end to how many there are. */
const withAllNodes = (line: Posting): Posting =>
  isOfNode(line.account) ? { ...line, account: allNodes } : line;

/** Of the pool only what others added to it: sharing it out is no turnover of it. */
const turnoversBy = (stored: StoredEvent, { type, data }: MonetaryEvent, month: string) =>
  netted(data.public.postings.map(withAllNodes))
    .filter(({ account }) => !(account === pool && isOfDistributions(type)))
    .flatMap(({ account, currency, amount }) =>
      [month, allMonths].map((of) =>
        changeOf(stored, [of, account, currency], (row) => ({
          ...row,
          turnover: addedTo(row.turnover, amount),
          entries: row.entries + 1,
        })),
      ),
    );

function giftsBy(stored: StoredEvent, event: MonetaryEvent, month: string): Change<MonthRow>[] {
  const more = giftsMoreBy(event);
  if (more === 0) return [];
  const counted = (row: MonthRow) => ({ ...row, donations: row.donations + more });
  return [changeOf(stored, [month, "", ""], counted)];
}

/** Each gift once: what comes out of suspense was not counted when it was received. */
function giftsMoreBy({ type, data }: MonetaryEvent): 1 | 0 | -1 {
  switch (type) {
    case "DonationReceived":
      return data.public.standing === "regular" ? 1 : 0;
    case "DonationAttributed":
      return 1;
    case "DonationCorrected":
      if (data.public.undoes === "attribution") return -1;
      return data.public.undoes === "gift" && data.public.standing === "regular" ? -1 : 0;
    default:
      return 0;
  }
}

function changeOf(
  stored: StoredEvent,
  key: readonly [month: string, account: string, currency: string],
  change: (row: MonthRow) => MonthRow,
): Change<MonthRow> {
  const [month, account, currency] = key;
  const none = { turnover: "0", entries: 0, donations: 0, closed_position: null };
  return { stored, key, fold: (row = { month, account, currency, ...none }) => change(row) };
}
