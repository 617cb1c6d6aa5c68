import { loadDonation } from "../../commands/byStream.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { DomainError } from "../../domain/errors.js";
import { isSame, type Money } from "../../domain/money/money.js";
import { commandFor } from "../../domain/providers/booking.js";
import type { Fact } from "../../domain/providers/facts.js";
import type { Instant } from "../../domain/time.js";
import type { EventStore } from "../../platform/eventStore.js";
import type { Payments } from "../../platform/payments/payments.js";

export type Difference =
  /** The provider has it and the ledger does not: booking it mends that. */
  | { readonly kind: "missing"; readonly fact: Fact }
  /** Both have it, and not the same sum: somebody must look. */
  | { readonly kind: "other-amount"; readonly externalId: string; readonly says: Money }
  /** The ledger has it and the provider does not name it: somebody must look. */
  | { readonly kind: "only-in-ledger"; readonly externalId: string };

/**
 * The stream itself is asked what the fact would add, by the rules by which it would be booked;
 * nothing is written.
 */
export async function compareFact(
  store: EventStore,
  { allowedCurrencies }: Payments,
  fact: Fact,
  at: Instant,
): Promise<Difference | undefined> {
  const provider = "stripe" as const;
  const { state } = await loadDonation(store, provider, fact.externalId);
  if (fact.kind === "received" && state.status === "received" && !isSame(state.gross, fact.gross)) {
    return { kind: "other-amount", externalId: fact.externalId, says: fact.gross };
  }
  const command = commandFor(fact, { provider, at, allowedCurrencies }, {});
  try {
    const added = donationDecider.decide(command, state);
    return added.length === 0 ? undefined : { kind: "missing", fact };
  } catch (error) {
    // Told of a payment that the ledger does not have: it is missing as well.
    if (error instanceof DomainError) return { kind: "missing", fact };
    throw error;
  }
}
