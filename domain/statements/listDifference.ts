import type { DonationStatus } from "../donation/status.js";
import { isSame } from "../money/money.js";
import { epochMs } from "../time.js";
import type { KnownGift } from "./knownGift.js";
import type { StatementRow } from "./statementRow.js";

/** A list may name a payment twice, but not with two sums or dates: then they may be two payments. */
export function differenceInList(row: StatementRow, before: StatementRow): string | undefined {
  const { line, gross, occurredAt } = before;
  if (!isSame(row.gross, gross)) {
    return `line ${line} of this list has it with ${gross.amount} ${gross.currency}`;
  }
  if (epochMs(row.occurredAt) === epochMs(occurredAt)) return undefined;
  return `line ${line} of this list has it at ${occurredAt}`;
}

/** Whether the money stayed with us. Null where nobody can tell yet, or the list need not know it. */
const staysWithUs: Readonly<Record<DonationStatus, boolean | null>> = {
  suspense: null,
  received: true,
  settled: true,
  "partly-refunded": false,
  refunded: false,
  disputed: false,
  lost: false,
  "not-a-gift": false,
  undone: null,
};

/** What a list says of a gift otherwise than the ledger: its state, or its sum. */
export function differenceFromLedger(row: StatementRow, gift: KnownGift): string | undefined {
  const { unsettledAs } = row;
  const stays = staysWithUs[gift.status];
  if (unsettledAs !== undefined && stays === true) {
    return `the list has it as ${unsettledAs}, and the ledger as ${gift.status}`;
  }
  if (unsettledAs === undefined && stays === false) return `the ledger has it as ${gift.status}`;
  const { amount, currency } = gift.given ?? gift.gross;
  if (unsettledAs !== undefined || isSame(row.gross, { amount, currency })) return undefined;
  return `the ledger has it with ${amount} ${currency}`;
}
