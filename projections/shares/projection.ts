import { Amount } from "../../domain/money/money.js";
import type { PayableEvent } from "../../domain/payable/events.js";
import { type ShareFate, shareFates } from "../../domain/payable/fates.js";
import type { RecordedShare, SharesEvent } from "../../domain/shares/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { amountColumn, amountText } from "../amounts.js";
import { choiceColumn } from "../choiceColumn.js";
import { type Change, changesOf, foldRows } from "../foldRows.js";
import type { Projection } from "../projection.js";

/** Answers "what did this month's work earn, and for whom, and is it owed?" Nodes go by their pay ids only. */
export type ShareRow = {
  readonly month: string;
  readonly currency: string;
  readonly pay_id: string;
  /** Up to 24 digits. */
  readonly units: string;
  readonly amount: string;
  readonly fate: ShareFate;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_share: ShareRow;
  }
}

const primaryKey = ["month", "currency", "pay_id"];

export const shares: Projection = {
  name: "shares",
  version: 3,
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
    fate ${choiceColumn(shareFates, 8)},
    PRIMARY KEY (month, currency, pay_id),
    KEY of_pay_id (pay_id, month, currency),
    KEY of_fate (fate, month, currency, pay_id)`,
  handles: [
    "DistributionSharesRecorded",
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
type Handled = SharesEvent | Moved;

const fateAfter = {
  ShareVoided: "voided",
  ShareRestored: "owed",
  ShareWaived: "waived",
  ShareLapsed: "lapsed",
} as const satisfies Record<Moved["type"], ShareFate>;

function changesBy(stored: StoredEvent<Handled>): Change<ShareRow>[] {
  const { event } = stored;
  if (event.type === "DistributionSharesRecorded") {
    return rowsBy(event).map((row) => ({
      stored,
      key: [row.month, row.currency, row.pay_id],
      fold: () => row,
    }));
  }
  const { month, payId, amount } = event.data.public;
  const fate = fateAfter[event.type];
  const fold = (row: ShareRow | undefined) => row && { ...row, fate };
  return [{ stored, key: [month, amount.currency, payId], fold }];
}

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
  fate: new Amount(amount).isZero() ? ("nothing" as const) : ("owed" as const),
});
