import { handleBooks, loadBooks } from "../../commands/byStream.js";
import type { Ledger } from "../../commands/handleCommand.js";
import { closableMonths } from "../../domain/books/decider.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";

/** Closes every month that is over, oldest first: also those that passed while nothing ran. */
export async function closeMonths(ledger: Ledger, at: Instant): Promise<readonly string[]> {
  const { state } = await loadBooks(ledger.store);
  const months = closableMonths(state, at);
  for (const month of months) {
    const context = { commandId: newId(), actor: "scheduler" as const, at };
    await handleBooks(ledger, { type: "CloseMonth", month, at }, context);
  }
  return months;
}
