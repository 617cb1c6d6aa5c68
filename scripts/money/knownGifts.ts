import { z } from "zod";
import { providerSchema } from "../../domain/money/accounts.js";
import type { KnownGift } from "../../domain/statements/planImport.js";
import { readInstant } from "../../domain/statements/statementRow.js";
import { openLocated } from "../../platform/vault/located.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { DonationRow } from "../../projections/donations/projection.js";

const referencesSchema = z.object({
  startedAt: z.string(),
  billing: z.enum(["once", "monthly"]),
});

/** Gifts that are in the ledger, as far as a provider's list has to be matched with them. */
export async function knownGifts(
  vault: Vault,
  rows: readonly DonationRow[],
): Promise<readonly KnownGift[]> {
  return Promise.all(rows.map((row) => knownGift(vault, row)));
}

async function knownGift(vault: Vault, row: DonationRow): Promise<KnownGift> {
  const known = {
    provider: providerSchema.parse(row.provider),
    externalId: row.external_id,
    gross: { amount: row.gross, currency: row.currency },
    occurredAt: row.occurred_at,
    settlementKey: row.settlement_key,
  };
  const references = referencesSchema.safeParse(JSON.parse(row.statement_refs));
  const startedAt = references.success ? readInstant(references.data.startedAt) : undefined;
  if (!references.success || startedAt === undefined || row.settlement_key !== null) return known;
  // Only what is not settled yet is matched by who gave: few names are opened.
  const handle = await openLocated(vault, row.name);
  return { ...known, sponsorship: { handle, startedAt, billing: references.data.billing } };
}
