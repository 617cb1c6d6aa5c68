import { DomainError } from "../../domain/errors.js";
import type { UndoTreasury } from "../../domain/treasury/commands.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

/**
 * Takes back an entry of the treasury that was a mistake: a correction, since no money moved. Answers
 * whether it was new. @throws DomainError NOT_UNDOABLE where there is none
 */
export async function undoTreasury(
  ledger: Ledger,
  undo: Omit<UndoTreasury, "type" | "correctedEventId">,
  context: CommandContext,
): Promise<boolean> {
  const loaded = await load(ledger.store, treasuryDecider, undo);
  const [entered] = loaded.events;
  if (entered === undefined) {
    throw new DomainError("NOT_UNDOABLE", "The treasury has no such entry.");
  }
  const command = { type: "UndoTreasury" as const, ...undo, correctedEventId: entered.id };
  const { position } = await handle(ledger, treasuryDecider, command, context, loaded);
  return position !== undefined;
}
