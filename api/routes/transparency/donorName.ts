import { erasedText, readLocated } from "../../../platform/vault/located.js";
import type { Vault } from "../../../platform/vault/vault.js";
import { type ListedDonation, namingOf } from "../../../projections/donations/queries.js";

/** The name to show to everybody; null when there is none to show. */
export async function donorName(vault: Vault, gift: ListedDonation): Promise<string | null> {
  switch (namingOf(gift)) {
    case "named":
      return readLocated(vault, gift.name);
    case "erased":
      return erasedText;
    case "unnamed":
      return null;
  }
}
