import { erasedText, readLocated } from "../../../platform/vault/located.js";
import type { Vault } from "../../../platform/vault/vault.js";
import type { ListedDonation } from "../../../projections/donations/queries.js";

/** The name to show to everybody: only of donors who said yes, and as long as they say so. */
export async function donorName(
  vault: Vault,
  { visibility, name, giver_status }: ListedDonation,
): Promise<string | null> {
  if (visibility === "hidden" || name === null) return null;
  return giver_status === "erased" ? erasedText : readLocated(vault, name);
}
