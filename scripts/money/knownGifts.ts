import { z } from "zod";
import { paymentNames } from "../../domain/donation/names.js";
import { providerSchema } from "../../domain/money/accounts.js";
import type { KnownGift } from "../../domain/statements/knownGift.js";
import { readInstant } from "../../domain/statements/statementRow.js";
import { openLocated } from "../../platform/vault/located.js";
import type { Vault } from "../../platform/vault/vault.js";
import { type DonationRow, givenIn } from "../../projections/donations/queries.js";

/**
 * Gifts that are in the ledger, as far as a provider's list has to be matched with them. A name is
 * opened only where it is needed.
 */
export const knownGifts = (
  vault: Vault,
  rows: readonly DonationRow[],
  needsHandle: (gift: KnownGift) => boolean,
): Promise<readonly KnownGift[]> =>
  Promise.all(
    rows.map(async (row) => {
      const gift = knownGift(row);
      return needsHandle(gift) ? { ...gift, handle: await openLocated(vault, row.name) } : gift;
    }),
  );

const referencesSchema = z.object({
  startedAt: z.string(),
  billing: z.enum(["once", "monthly"]),
  sponsorId: z.string().optional(),
});

const anyReferences = z.record(z.string(), z.string());

export function knownGift(row: DonationRow): KnownGift {
  const all: unknown = JSON.parse(row.statement_refs);
  const { data: references } = referencesSchema.safeParse(all);
  const startedAt = references && readInstant(references.startedAt);
  return {
    provider: providerSchema.parse(row.provider),
    externalId: row.external_id,
    otherNames: paymentNames(anyReferences.safeParse(all).data),
    gross: { amount: row.gross, currency: row.currency },
    given: givenIn(row),
    occurredAt: row.occurred_at,
    settlementKey: row.settlement_key,
    status: row.status,
    isEntered: row.manual === 1 && references === undefined,
    handle: undefined,
    sponsorId: references?.sponsorId,
    sponsorship: references && startedAt ? { startedAt, billing: references.billing } : undefined,
  };
}
