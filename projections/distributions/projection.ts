import type { DistributionEvent } from "../../domain/distribution/events.js";
import { Amount, type Money, negated } from "../../domain/money/money.js";
import type { PayableEvent } from "../../domain/payable/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { addedTo, amountColumn, amountText } from "../amounts.js";
import { type Change, changesOf, foldRows } from "../foldRows.js";
import type { Projection } from "../projection.js";

/**
 * Answers "what did a month have to share, by which terms, and what became of it?" A row without a month
 * sums up what was shared out in all of them.
 */
export type DistributionRow = {
  readonly month: string;
  readonly currency: string;
  /** JSON of what DistributionStarted shows, without its postings; null on the row for all months. */
  readonly shown: string | null;
  /** When all shares were recorded; null before, and on the row for all months. */
  readonly finalized_at: string | null;
  /** What all shares come to, on the row for all months less what went back of them; 0 before they are recorded. */
  readonly shared: string;
  /** What the next month goes on with. */
  readonly carried_out: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_distribution: DistributionRow;
  }
}

/** In place of a month. */
export const allMonths = "";
const primaryKey = ["month", "currency"];

export const distributions: Projection = {
  name: "distributions",
  version: 3,
  table: "read_distribution",
  primaryKey,
  group: "money",
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    shown TEXT CHARACTER SET ascii NULL,
    finalized_at CHAR(24) CHARACTER SET ascii NULL,
    shared ${amountColumn},
    carried_out ${amountColumn},
    PRIMARY KEY (month, currency)`,
  handles: [
    "DistributionStarted",
    "DistributionFinalized",
    "ShareVoided",
    "ShareRestored",
    "ShareWaived",
    "ShareLapsed",
  ],
  async apply(trx, table, events) {
    const changes = changesOf(events as StoredEvent<Handled>[], changesBy);
    await foldRows(trx, { table, primaryKey }, changes);
  },
};

type Moved = Extract<PayableEvent, { data: { public: { payId: string } } }>;
type Handled = DistributionEvent | Moved;

function changesBy(stored: StoredEvent<Handled>): Change<DistributionRow>[] {
  const { type, data } = stored.event;
  switch (type) {
    case "DistributionStarted": {
      const { postings: _, ...shown } = data.public;
      const text = JSON.stringify(shown);
      return [changeOf(stored, shown, shown.month, (row) => ({ ...row, shown: text }))];
    }
    case "ShareVoided":
    case "ShareWaived":
    case "ShareLapsed":
      return [moreShared(stored, negated(data.public.amount))];
    case "ShareRestored":
      return [moreShared(stored, data.public.amount)];
    case "DistributionFinalized": {
      const { month, shared, carriedOut } = data.public;
      const carried_out = amountText(new Amount(carriedOut.amount));
      return [
        changeOf(stored, data.public, month, (row) => ({
          ...row,
          finalized_at: data.private.at,
          shared: amountText(new Amount(shared.amount)),
          carried_out,
        })),
        changeOf(stored, data.public, allMonths, (row) => ({
          ...row,
          shared: addedTo(row.shared, shared.amount),
          carried_out,
        })),
      ];
    }
  }
}

const moreShared = (stored: StoredEvent, more: Money): Change<DistributionRow> =>
  changeOf(stored, more, allMonths, (row) => ({
    ...row,
    shared: addedTo(row.shared, more.amount),
  }));

function changeOf(
  stored: StoredEvent,
  { currency }: { readonly currency: string },
  month: string,
  change: (row: DistributionRow) => DistributionRow,
): Change<DistributionRow> {
  const none = amountText(new Amount(0));
  const nothing = {
    month,
    currency,
    shown: null,
    finalized_at: null,
    shared: none,
    carried_out: none,
  };
  return { stored, key: [month, currency], fold: (row = nothing) => change(row) };
}
