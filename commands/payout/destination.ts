import { z } from "zod";
import type { LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";

/** Where a payout goes, as its method needs it. What PayoutRequested seals. */
const destinationSchema = z.object({
  /** Stripe's id of the account, a PayPal address, an IBAN without blanks, or what was agreed. */
  account: z.string().min(1),
  /** Who holds it: a bank compares the name. */
  holder: z.string(),
});
export type Destination = z.infer<typeof destinationSchema>;

export const destinationText = ({ account, holder }: Destination): string =>
  JSON.stringify({ account, holder });

/** Hex. In hex already when it goes in, since the vault's digest is the same for small and capital letters. */
export const destinationMacOf = (vault: Vault, text: string): string =>
  vault.digestOf("destination", Buffer.from(text).toString("hex")).toString("hex");

/**
 * What was sealed when the payout was requested: a later change of the account never touches it.
 * @throws Error where its key is destroyed, or where it is not what was approved
 */
export async function openDestination(
  vault: Vault,
  requested: StoredEvent<LedgerEventOf<"PayoutRequested">>,
  mac: string,
): Promise<Destination> {
  const text = await openField(vault, requested, "destination");
  const { payoutId } = requested.event.data.private;
  if (text === undefined)
    throw new Error(`Nobody can read any more where payout ${payoutId} goes.`);
  if (destinationMacOf(vault, text) !== mac) {
    throw new Error(`Payout ${payoutId} goes elsewhere than was approved: send nothing, and look.`);
  }
  return destinationSchema.parse(JSON.parse(text));
}
