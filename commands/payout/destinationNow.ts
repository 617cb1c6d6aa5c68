import { operatorDecider } from "../../domain/operator/decider.js";
import { payoutAccountOf } from "../../domain/operator/holds.js";
import type { PayoutMethod } from "../../domain/operator/payoutMethods.js";
import { type Ledger, load } from "../handle.js";
import { openPayeeDetails } from "../operator/givePayeeDetails.js";
import { openDestination } from "../operator/openPayoutAccount.js";
import type { Destination } from "./destination.js";

/**
 * Where the operator is paid now; by the payee's legal name, where the account names no holder.
 * @throws Error where the account changed or can't be read
 */
export async function destinationNow(
  { store, vault }: Pick<Ledger, "store" | "vault">,
  operatorId: string,
  method: PayoutMethod,
): Promise<Destination> {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  const account = payoutAccountOf(state);
  const named =
    account?.method === method
      ? await openDestination(vault, events, account.accountId)
      : undefined;
  if (named === undefined) {
    throw new Error(`Operator ${operatorId} has no account by ${method} that can be read.`);
  }
  const holder = named.holder ?? (await openPayeeDetails(vault, events))?.legalName ?? "";
  return { account: named.destination, holder };
}
