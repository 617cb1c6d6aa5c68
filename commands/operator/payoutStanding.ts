import { operatorDecider } from "../../domain/operator/decider.js";
import {
  type PayoutAccount,
  type PayoutFacts,
  type PayoutHold,
  payoutAccountOf,
  payoutHoldsOf,
} from "../../domain/operator/holds.js";
import { type PayoutProof, proofsOf } from "../../domain/operator/payoutMethods.js";
import type { NamedAccount } from "../../domain/operator/state.js";
import type { Instant } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { type Ledger, load } from "../handle.js";
import { openPayeeDetails, type PayeeDetails } from "./givePayeeDetails.js";
import { type Destination, openDestination } from "./openPayoutAccount.js";

export interface PayoutStanding {
  readonly account:
    | (PayoutAccount & { readonly opened: Destination | undefined; readonly isUsable: boolean })
    | undefined;
  readonly waiting:
    | (Pick<NamedAccount, "method" | "country"> & {
        readonly opened: Destination | undefined;
        readonly missing: readonly PayoutProof[];
      })
    | undefined;
  readonly details: PayeeDetails | undefined;
  readonly holds: readonly PayoutHold[];
}

/** All that is known of how an operator is paid, and what is in the way; of no node in particular. */
export async function readPayoutStanding(
  { store, vault }: Ledger,
  { operatorId, isFormDue }: { readonly operatorId: string; readonly isFormDue: boolean },
  at: Instant,
): Promise<PayoutStanding> {
  const { state, events } = await load(store, operatorDecider, { operatorId });
  const { current, pending } = state;
  const account = payoutAccountOf(state);
  const open = (accountId: string) => openDestination(vault, events, accountId);
  const ofAccount = await readAccountFacts({ store }, operatorId);
  const facts: PayoutFacts = { ...ofAccount, isFormDue, isSuspended: false };
  return {
    account: account && {
      ...account,
      opened: await open(account.accountId),
      isUsable: current?.isUsable === true,
    },
    waiting: pending && {
      ...{ method: pending.method, country: pending.country },
      opened: await open(pending.accountId),
      missing: proofsOf(pending.method).filter((proof) => !pending.proofs.has(proof)),
    },
    details: await openPayeeDetails(vault, events),
    holds: payoutHoldsOf(state, facts, at),
  };
}

/** What their user account has to say about an operator's holds (`PayoutFacts`). */
export async function readAccountFacts(
  { store }: Pick<Ledger, "store">,
  operatorId: string,
): Promise<Pick<PayoutFacts, "signInChangedAt" | "endedAt">> {
  const { state } = await load(store, userDecider, { userId: operatorId });
  return {
    signInChangedAt: "signInChangedAt" in state ? state.signInChangedAt : undefined,
    endedAt: state.status === "erased" ? state.endedAt : undefined,
  };
}
