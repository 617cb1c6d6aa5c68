import { DomainError } from "../errors.js";
import type { Account } from "../money/accounts.js";
import { isPositive, type Money } from "../money/money.js";
import { credit, debit } from "../money/postings.js";
import { dayOf, type Instant } from "../time.js";
import type { ShareName } from "./fates.js";

type Moving = ShareName & { readonly amount: Money; readonly at: Instant };

/**
 * What everybody sees of a share that goes from where it lay to another account.
 * @throws DomainError NOTHING_TO_VOID, where the share is nothing
 */
export function movesShare({ month, payId, amount, at }: Moving, to: Account, from: Account) {
  if (!isPositive(amount)) {
    throw new DomainError("NOTHING_TO_VOID", "That share is nothing: there is nothing to move.");
  }
  const postings = [debit(from, amount), credit(to, amount)];
  return { month, payId, amount, day: dayOf(at), postings };
}
