import { Amount } from "../../domain/money/money.js";
import type { RecordedShare, SharesEvent } from "../../domain/shares/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { amountColumn, amountText } from "../amounts.js";
import { foldRows } from "../foldRows.js";
import { guarded, type Projection } from "../projection.js";

/** Answers "what did this month's work earn, and for whom?" Nodes go by their pay ids only. */
export type ShareRow = {
  readonly month: string;
  readonly currency: string;
  readonly pay_id: string;
  /** Up to 24 digits. */
  readonly units: string;
  readonly amount: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_share: ShareRow;
  }
}

const primaryKey = ["month", "currency", "pay_id"];

export const shares: Projection = {
  name: "shares",
  version: 1,
  table: "read_share",
  primaryKey,
  group: "money",
  aboutMoney: true,
  columns: `
    month CHAR(7) CHARACTER SET ascii NOT NULL,
    currency CHAR(3) CHARACTER SET ascii NOT NULL,
    pay_id CHAR(36) CHARACTER SET ascii NOT NULL,
    units DECIMAL(24,0) NOT NULL,
    amount ${amountColumn},
    PRIMARY KEY (month, currency, pay_id),
    KEY of_pay_id (pay_id, month, currency)`,
  handles: ["DistributionSharesRecorded"],
  async apply(trx, table, events) {
    const changes = (events as StoredEvent<SharesEvent>[]).flatMap((stored) =>
      guarded(stored, () =>
        rowsBy(stored.event).map((row) => ({
          stored,
          key: [row.month, row.currency, row.pay_id],
          fold: () => row,
        })),
      ),
    );
    await foldRows(trx, { table, primaryKey }, changes);
  },
};

const rowsBy = ({ data }: SharesEvent): ShareRow[] =>
  data.public.shares.map((share) => ({
    month: data.public.month,
    currency: data.public.currency,
    ...columnsOf(share),
  }));

const columnsOf = ({ payId, units, amount }: RecordedShare) => ({
  pay_id: payId,
  units: `${BigInt(units)}`,
  amount: amountText(new Amount(amount)),
});
