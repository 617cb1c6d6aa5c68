import type { DistributionEvent } from "../../domain/distribution/events.js";
import { Amount, negated } from "../../domain/money/money.js";
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
  /** 1 once all shares are recorded. */
  readonly finalized: number;
  /** What all shares come to, on the row for all months less what was taken back; 0 before they are recorded. */
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
  version: 2,
  table: "read_distribution",
  primaryKey,
  group: "money",
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    shown TEXT CHARACTER SET ascii NULL,
    finalized TINYINT NOT NULL,
    shared ${amountColumn},
    carried_out ${amountColumn},
    PRIMARY KEY (month, currency)`,
  handles: ["DistributionStarted", "DistributionFinalized", "ShareVoided"],
  async apply(trx, table, events) {
    const changes = changesOf(events as StoredEvent<Handled>[], changesBy);
    await foldRows(trx, { table, primaryKey }, changes);
  },
};

type Handled = DistributionEvent | PayableEvent;

function changesBy(stored: StoredEvent<Handled>): Change<DistributionRow>[] {
  const { type, data } = stored.event;
  switch (type) {
    case "DistributionStarted": {
      const { postings: _, ...shown } = data.public;
      const text = JSON.stringify(shown);
      return [changeOf(stored, shown, shown.month, (row) => ({ ...row, shown: text }))];
    }
    case "ShareVoided": {
      const { amount } = data.public;
      const less = negated(amount).amount;
      return [
        changeOf(stored, amount, allMonths, (row) => ({
          ...row,
          shared: addedTo(row.shared, less),
        })),
      ];
    }
    case "DistributionFinalized": {
      const { month, shared, carriedOut } = data.public;
      const carried_out = amountText(new Amount(carriedOut.amount));
      return [
        changeOf(stored, data.public, month, (row) => ({
          ...row,
          finalized: 1,
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

function changeOf(
  stored: StoredEvent,
  { currency }: { readonly currency: string },
  month: string,
  change: (row: DistributionRow) => DistributionRow,
): Change<DistributionRow> {
  const none = amountText(new Amount(0));
  const nothing = { month, currency, shown: null, finalized: 0, shared: none, carried_out: none };
  return { stored, key: [month, currency], fold: (row = nothing) => change(row) };
}
