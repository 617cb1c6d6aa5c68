import { booksDecider } from "../../domain/books/decider.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

export interface Voided {
  readonly isNew: boolean;
  /** False where the month of the work was closed before: its units stay, and a share can be taken back. */
  readonly lowersUnits: boolean;
}

/** Voids accepted work. @throws DomainError NOTHING_TO_VOID */
export async function voidWork(
  ledger: Ledger,
  about: {
    readonly generationId: string;
    readonly reason: string;
    readonly evidenceSha256: string;
  },
  context: CommandContext,
): Promise<Voided> {
  const command = { type: "VoidContribution", ...about, at: context.at } as const;
  const { position } = await handle(ledger, generationDecider, command, context);
  const { events } = await load(ledger.store, generationDecider, about);
  const [recorded, voided] = [
    firstOf(events, "ContributionRecorded"),
    firstOf(events, "ContributionVoided"),
  ];
  const books = await load(ledger.store, booksDecider, {});
  const [from, to] = [recorded?.position ?? 0n, voided?.position ?? 0n];
  const isClosedBetween = books.events.some(
    ({ event, position: at }) => event.type === "MonthClosed" && from < at && at < to,
  );
  return { isNew: position !== undefined, lowersUnits: !isClosedBetween };
}
