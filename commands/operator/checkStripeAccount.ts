import { DomainError } from "../../domain/errors.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import type { StripeConnect } from "../../platform/payments/stripeConnect.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import { openDestination } from "./openPayoutAccount.js";
import { payeeOf } from "./payeeOf.js";

export interface CheckingStripe {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
  readonly connect: StripeConnect;
}

/**
 * Notes whether Stripe would pay the operator's account, as Stripe says now: what a webhook said may be older.
 * Nothing is done for an account that the operator does not have.
 * @throws ProviderDownError
 */
export async function checkStripeAccount(
  { ledger, vaultDb, connect }: CheckingStripe,
  { operatorId, account }: { readonly operatorId: string; readonly account: string },
  context: CommandContext,
): Promise<bigint | undefined> {
  const accountId = await findAccountId(ledger, operatorId, account);
  if (accountId === undefined) return undefined;
  const about = { operatorId, at: context.at, accountId };
  if ((await connect.findAccount(account))?.isPayable !== true) {
    const doubt = { type: "DoubtPayoutAccount" as const, ...about };
    return (await handle(ledger, operatorDecider, doubt, context)).position;
  }
  const payee = await payeeOf({ ledger, vaultDb }, { method: "stripe", account }, about);
  const verify = {
    type: "VerifyPayoutAccount" as const,
    ...about,
    proof: "stripe" as const,
    payee,
  };
  try {
    return (await handle(ledger, operatorDecider, verify, context)).position;
  } catch (error) {
    // Another one was named meanwhile.
    if (error instanceof DomainError && error.code === "PAYOUT_ACCOUNT_REPLACED") return undefined;
    throw error;
  }
}

/** Stripe's id of the operator's account: that of the one that waits, or of the one in force. */
export async function findStripeAccount(
  { store, vault }: Ledger,
  operatorId: string,
): Promise<string | undefined> {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  const known = [state.pending, state.current].find((each) => each?.method === "stripe");
  return known && (await openDestination(vault, events, known.accountId))?.destination;
}

async function findAccountId(
  { store, vault }: Ledger,
  operatorId: string,
  account: string,
): Promise<string | undefined> {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  for (const known of [state.pending, state.current]) {
    if (known?.method !== "stripe") continue;
    const named = await openDestination(vault, events, known.accountId);
    if (named?.destination === account) return known.accountId;
  }
  return undefined;
}
