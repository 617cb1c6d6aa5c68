import { loadDonation } from "../../commands/byStream.js";
import { bookFact } from "../../commands/donation/bookFact.js";
import type { Ledger } from "../../commands/handleCommand.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { DomainError } from "../../domain/errors.js";
import { isSame } from "../../domain/money/money.js";
import { commandFor } from "../../domain/providers/booking.js";
import type { Fact } from "../../domain/providers/facts.js";
import type { Instant } from "../../domain/time.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import type { Payments } from "../../platform/payments/payments.js";
import type { Difference } from "./difference.js";

/** One run: what it works with, and what it found so far. */
export interface Comparison {
  readonly provider: WebhookProvider;
  readonly ledger: Ledger;
  readonly payments: Payments;
  readonly at: Instant;
  readonly repair: boolean;
  readonly differences: Difference[];
  /** Payments that the provider has. */
  readonly named: Set<string>;
  compared: number;
  repaired: number;
}

export const startComparison = (
  started: Pick<Comparison, "provider" | "ledger" | "payments" | "at" | "repair">,
): Comparison => ({ ...started, differences: [], named: new Set(), compared: 0, repaired: 0 });

/** Books what is missing if that is wanted, and notes what is left. */
export async function compareFacts(comparison: Comparison, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) {
    comparison.compared += 1;
    if (fact.kind === "received") comparison.named.add(fact.externalId);
    const difference = await differenceOf(comparison, fact);
    if (difference === undefined) continue;
    const isBooked = difference.kind === "missing" && comparison.repair;
    if (isBooked && (await isBookedNow(comparison, fact))) comparison.repaired += 1;
    else comparison.differences.push(difference);
  }
}

/**
 * The stream itself is asked what the fact would add, by the rules by which it would be booked;
 * nothing is written.
 */
async function differenceOf(
  { provider, ledger, payments: { allowedCurrencies }, at }: Comparison,
  fact: Fact,
): Promise<Difference | undefined> {
  const { state } = await loadDonation(ledger.store, provider, fact.externalId);
  if (fact.kind === "received" && state.status === "received" && !isSame(state.gross, fact.gross)) {
    return { kind: "other-amount", externalId: fact.externalId, says: fact.gross };
  }
  const command = commandFor(fact, { provider, at, allowedCurrencies }, {});
  try {
    const added = donationDecider.decide(command, state);
    return added.length === 0 ? undefined : { kind: "missing", fact };
  } catch (error) {
    if (isBeforeItsPayment(error)) return { kind: "missing", fact };
    throw error;
  }
}

/** False for what is about a payment that the provider did not name. */
async function isBookedNow(comparison: Comparison, fact: Fact): Promise<boolean> {
  const { provider, ledger, payments, at } = comparison;
  const { allowedCurrencies } = payments;
  try {
    await bookFact(ledger, { provider, fact, allowedCurrencies }, { at, correlationId: newId() });
    return true;
  } catch (error) {
    if (isBeforeItsPayment(error)) return false;
    throw error;
  }
}

const isBeforeItsPayment = (error: unknown): boolean =>
  error instanceof DomainError && error.code === "DONATION_NOT_FOUND";
