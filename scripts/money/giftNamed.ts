import { namesOf } from "../../domain/statements/knownGift.js";
import type { DonationRow } from "../../projections/donations/queries.js";
import { knownGift } from "./knownGifts.js";

/** The gift that its source calls so, by whichever of its names; the charge of an intent is one. */
export const giftNamed = (
  gifts: readonly DonationRow[],
  reference: string,
): DonationRow | undefined => gifts.find((gift) => namesOf(knownGift(gift)).includes(reference));
