import { readMinorUnits } from "../money/money.js";
import type { Instant } from "../time.js";
import type { Fact } from "./facts.js";
import type { StripeDispute } from "./stripeObjects.js";

/** How a status ends a dispute; a status that is not here is still open. */
const outcomes: ReadonlyMap<string, "won" | "lost"> = new Map([
  ["won", "won"],
  ["warning_closed", "won"],
  ["prevented", "won"],
  ["lost", "lost"],
]);

/**
 * Every event carries the dispute as it is by then: each of its entries in our balance moves money
 * once, by the entry's own id, and only its status tells of holding and ending.
 */
export function disputeFacts(
  { id: disputeId, status, amount, currency, balance_transactions }: StripeDispute,
  at: { readonly externalId: string; readonly occurredAt: Instant },
): Fact[] | undefined {
  const about = { ...at, disputeId };
  const moves = balance_transactions.map((entry): Fact | undefined => {
    const isBack = entry.amount > 0;
    const moved = readMinorUnits("stripe", Math.abs(entry.amount), entry.currency);
    const fee = readMinorUnits("stripe", entry.fee, entry.currency);
    if (moved === undefined || fee === undefined) return undefined;
    const kind = isBack ? "dispute-returned" : "dispute-withdrawn";
    return { kind, ...about, moneyKey: entry.id, move: { amount: moved, fee } };
  });
  if (!moves.every((move) => move !== undefined)) return undefined;
  const outcome = outcomes.get(status);
  if (outcome !== undefined) {
    const moneyKey = `${disputeId}:${outcome}`; // After an appeal it may end once more.
    return [...moves, { kind: "dispute-closed", ...about, moneyKey, outcome }];
  }
  if (moves.length > 0) return moves;
  const asked = readMinorUnits("stripe", amount, currency);
  if (asked === undefined) return undefined;
  return [{ kind: "inquiry-opened", ...about, moneyKey: `${disputeId}:asked`, amount: asked }];
}
