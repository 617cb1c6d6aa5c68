import { donationDecider } from "../../domain/donation/decider.js";
import type { UndoableEntry } from "../../domain/donation/events.js";
import { lastEntered } from "../../domain/donation/undo.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";
import type { Amendment } from "./amendDonation.js";
import { contextOfEntry } from "./contextOfEntry.js";

export type Undone = "undone" | "known" | "not-entered";

/**
 * Takes back what a maintainer entered by mistake: the newest entry of this kind. It is a correction,
 * since no money moved. @throws DomainError NOT_UNDOABLE for a part of something larger
 */
export async function undoEntry(
  ledger: Ledger,
  { about, manual, what }: Amendment & { readonly what: UndoableEntry },
  context: CommandContext,
): Promise<Undone> {
  const loaded = await load(ledger.store, donationDecider, about);
  const { state, events } = loaded;
  if (state.status === "undone") return what === "gift" ? "known" : "not-entered";
  if (state.status === "absent") return "not-entered";
  if (state.moneyKeys.has(about.moneyKey)) return "known";
  const undoneKey = lastEntered(state, what);
  const corrected = events.findLast(
    ({ event }) => "moneyKey" in event.data.private && event.data.private.moneyKey === undoneKey,
  );
  if (undoneKey === undefined || corrected === undefined) return "not-entered";
  const undoing = { type: "UndoEntry" as const, ...about, ...manual, undoneKey };
  const { position } = await handle(
    ledger,
    donationDecider,
    { ...undoing, correctedEventId: corrected.id },
    contextOfEntry(context, state),
    loaded,
  );
  return position === undefined ? "known" : "undone";
}
