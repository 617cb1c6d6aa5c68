import { contextOf } from "../../commands/context.js";
import { handle, type Ledger, load } from "../../commands/handle.js";
import { booksDecider, closableMonths } from "../../domain/books/decider.js";
import type { Instant } from "../../domain/time.js";

/**
 * Closes every month that is over, oldest first: also those that passed while nothing ran. None is
 * closed before the one before it, so unlike rows of a sweep one that fails does stop the others.
 */
export async function closeMonths(ledger: Ledger, at: Instant): Promise<readonly string[]> {
  const { state } = await load(ledger.store, booksDecider, {});
  const months = closableMonths(state, at);
  for (const month of months) {
    const context = contextOf({ actor: "scheduler", at });
    await handle(ledger, booksDecider, { type: "CloseMonth", month, at }, context);
  }
  return months;
}
