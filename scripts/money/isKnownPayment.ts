import { namesOf } from "../../domain/statements/knownGift.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import type { DonationRow } from "../../projections/donations/queries.js";
import { knownGift } from "./knownGifts.js";

/** Whether the ledger has this payment, by whichever of its names; the charge of an intent is one. */
export const isKnownPayment = (
  gifts: readonly DonationRow[],
  { reference }: Pick<StatementRow, "reference">,
): boolean => gifts.some((gift) => namesOf(knownGift(gift)).includes(reference));
