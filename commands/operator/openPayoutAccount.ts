import { operatorDecider } from "../../domain/operator/decider.js";
import { type PayoutAccount, payoutAccountOf } from "../../domain/operator/holds.js";
import type { OperatorState } from "../../domain/operator/state.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { openField } from "../../platform/vault/openField.js";
import type { Vault } from "../../platform/vault/vault.js";
import { type Ledger, load } from "../handle.js";

/** What an account is called where it lies. */
export interface Destination {
  /** A PayPal address, an IBAN without blanks, Stripe's id of the account, or what was agreed. */
  readonly destination: string;
  readonly holder: string | undefined;
}

/** Undefined for an account that was never named, and once the key to it is destroyed. */
export async function openDestination(
  vault: Vault,
  events: readonly StoredEvent[],
  accountId: string,
): Promise<Destination | undefined> {
  for (const { id, event } of events) {
    if (event.type !== "PayoutAccountLinked" || event.data.private.accountId !== accountId)
      continue;
    const destination = await openField(vault, { id, event }, "destination");
    if (destination === undefined) return undefined;
    return { destination, holder: await openField(vault, { id, event }, "holder") };
  }
  return undefined;
}

export interface OpenedAccount extends PayoutAccount, Destination {}

export interface Payable {
  readonly state: OperatorState;
  /** Undefined where none is in force, or nobody can read it any more. */
  readonly account: OpenedAccount | undefined;
}

/** Where an operator is paid, opened; with the state that says what holds it (`payoutHoldsOf`). */
export async function openPayoutAccount(
  { store, vault }: Ledger,
  operatorId: string,
): Promise<Payable> {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  const account = payoutAccountOf(state);
  const opened = account && (await openDestination(vault, events, account.accountId));
  return { state, account: account && opened && { ...account, ...opened } };
}
