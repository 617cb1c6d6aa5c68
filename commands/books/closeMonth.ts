import { booksDecider } from "../../domain/books/decider.js";
import { DomainError } from "../../domain/errors.js";
import { nextMonth } from "../../domain/time.js";
import { saveSeenTime } from "../../platform/ops/seenTime.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

/**
 * Closes a month because a maintainer says that the clock is right; from then on the scheduler
 * trusts it again. Naming the month that was closed last only confirms the clock. Answers whether
 * the month was still open. @throws DomainError LEDGER_NOT_OPEN, MONTH_NOT_CLOSABLE
 */
export async function closeMonth(
  { ledger, opsDb }: { readonly ledger: Ledger; readonly opsDb: OpsDb },
  month: string,
  context: CommandContext,
): Promise<boolean> {
  const { at } = context;
  const loaded = await load(ledger.store, booksDecider, {});
  const { state } = loaded;
  if (state.status === "open" && nextMonth(month) < state.openMonth) {
    const message = `${month} was closed long ago; the open month is ${state.openMonth}.`;
    throw new DomainError("MONTH_NOT_CLOSABLE", message);
  }
  const close = { type: "CloseMonth" as const, month, at };
  const { position } = await handle(ledger, booksDecider, close, context, loaded);
  await saveSeenTime(opsDb, at);
  return position !== undefined;
}
