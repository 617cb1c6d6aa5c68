import type { Instant } from "../../domain/time.js";
import { findOrMakePayee, type PayoutAccount } from "../../platform/vault/payees.js";
import type { Linking } from "./linkPayee.js";

/** The payee that an account is, and whether another operator linked it first. */
export async function payeeOf(
  { ledger: { vault }, vaultDb }: Linking,
  account: PayoutAccount,
  asked: { readonly operatorId: string; readonly at: Instant },
): Promise<{ readonly payeeId: string; readonly isOthers: boolean }> {
  const found = await findOrMakePayee({ db: vaultDb, vault }, account, asked);
  return { payeeId: found.payeeId, isOthers: found.operatorId !== asked.operatorId };
}
