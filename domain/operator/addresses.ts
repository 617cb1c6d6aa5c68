import type { LedgerEvent } from "../ledger.js";
import type { Instant } from "../time.js";

/**
 * PayPal accounts that were in force at some time since then, the one that ended first at the front: their
 * addresses are the operator's, as far as we know.
 */
export function paypalInForceSince(
  events: readonly LedgerEvent[],
  since: Instant,
): readonly string[] {
  const found = new Set<string>();
  let current: string | undefined;
  for (const { at, accountId } of events.flatMap(changeIn)) {
    if (current !== undefined && at >= since) found.add(current);
    current = accountId;
  }
  if (current !== undefined) found.add(current);
  const byPaypal = new Set(events.flatMap(paypalIn));
  return [...found].filter((accountId) => byPaypal.has(accountId));
}

interface Change {
  readonly at: Instant;
  /** In force from then on. */
  readonly accountId: string | undefined;
}

function changeIn({ type, data }: LedgerEvent): Change[] {
  if (type === "PayoutAccountRemoved") return [{ at: data.private.at, accountId: undefined }];
  return type === "PayoutAccountVerified" && data.private.isEffective ? [data.private] : [];
}

const paypalIn = ({ type, data }: LedgerEvent): string[] =>
  type === "PayoutAccountLinked" && data.private.method === "paypal"
    ? [data.private.accountId]
    : [];
