import { isDeepStrictEqual } from "node:util";
import { bookFact, isBeforeItsPayment } from "../../commands/donation/bookFact.js";
import { type Ledger, load } from "../../commands/handle.js";
import type { DonationCommand } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import type { DonationEvent } from "../../domain/donation/events.js";
import { sinceUndone } from "../../domain/donation/undo.js";
import type { Money } from "../../domain/money/money.js";
import { commandFor } from "../../domain/providers/booking.js";
import type { Fact } from "../../domain/providers/facts.js";
import type { Instant } from "../../domain/time.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import type { Payments } from "../../platform/payments/payments.js";
import { type Difference, figuresOf } from "./difference.js";

/** One run: what it works with, and what it found so far. */
export interface Comparison {
  readonly provider: WebhookProvider;
  readonly ledger: Ledger;
  readonly payments: Payments;
  readonly at: Instant;
  readonly repair: boolean;
  readonly differences: Difference[];
  /** What payments in suspense put into our balance there, or took, and is booked nowhere. */
  readonly unbooked: Money[];
  /** Payments that the provider has. */
  readonly named: Set<string>;
  compared: number;
  repaired: number;
}

export const startComparison = (
  started: Pick<Comparison, "provider" | "ledger" | "payments" | "at" | "repair">,
): Comparison => ({
  ...started,
  differences: [],
  unbooked: [],
  named: new Set(),
  compared: 0,
  repaired: 0,
});

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
  const { state, events: all } = await load(ledger.store, donationDecider, {
    provider,
    externalId: fact.externalId,
  });
  const events = sinceUndone(all);
  const command = commandFor(fact, { provider, at, allowedCurrencies }, {});
  const index = events.findIndex(({ event }) => isRecordOf(event as DonationEvent, fact));
  if (index !== -1) return otherAmount(fact, command, { events, index });
  try {
    const added = donationDecider.decide(command, state);
    return added.length === 0 ? undefined : { kind: "missing", fact };
  } catch (error) {
    if (isBeforeItsPayment(error)) return { kind: "missing", fact };
    throw error;
  }
}

/** A gift begins and settles once, by whichever name; other movements have one name each. */
function isRecordOf({ type, data }: DonationEvent, fact: Fact): boolean {
  if (fact.kind === "received") return type === "DonationReceived";
  if (fact.kind === "settled") return type === "DonationSettled";
  return data.private.moneyKey === fact.moneyKey;
}

interface RecordedFact {
  readonly events: readonly StoredEvent[];
  /** Which of them records the fact. */
  readonly index: number;
}

/** What would be booked now in its place, unless that is the same or a maintainer put it right. */
function otherAmount(
  { externalId, kind }: Fact,
  command: DonationCommand,
  { events, index }: RecordedFact,
): Difference | undefined {
  const all = events.map(({ event }) => event as DonationEvent);
  const before = all.slice(0, index).reduce(donationDecider.evolve, donationDecider.initialState());
  const [draft] = donationDecider.decide(command, before);
  const [reported, recorded] = [
    figuresOf(draft?.public ?? {}),
    figuresOf(all[index]?.data.public ?? {}),
  ];
  const isCorrected = all.some(
    ({ type, data }) =>
      type === "DonationCorrected" && data.private.correctedEventId === events[index]?.id,
  );
  if (draft === undefined || isCorrected || isDeepStrictEqual(reported, recorded)) return undefined;
  return { kind: "other-amount", externalId, movement: kind, reported };
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
