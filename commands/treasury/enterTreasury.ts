import { DomainError } from "../../domain/errors.js";
import type { Posting } from "../../domain/money/postings.js";
import type { TreasuryEntry } from "../../domain/treasury/commands.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { reactionId } from "../../platform/ids.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

export interface TreasuryEntered {
  readonly treasuryId: string;
  readonly isNew: boolean;
}

/** Nobody mistakes the same entry so often. */
const undoingsMax = 100;

/** Is called right before something new is entered, with its postings; what it throws refuses that. */
export type BeforeEntering = (postings: readonly Posting[]) => Promise<void>;

/**
 * Enters what maintainers did with our own money. The same words are the same entry, found again; but
 * not after that was undone, so `treasuryId` may become another. @throws DomainError
 * AMOUNT_NOT_POSITIVE, NOT_A_CONVERSION, HISTORY_FULL
 */
export async function enterTreasury(
  ledger: Ledger,
  entry: TreasuryEntry,
  context: CommandContext,
  beforeEntering?: BeforeEntering,
): Promise<TreasuryEntered> {
  let { treasuryId } = entry;
  for (let undoings = 0; undoings <= undoingsMax; undoings += 1) {
    const command = { ...entry, treasuryId };
    const loaded = await load(ledger.store, treasuryDecider, command);
    if (loaded.state.status !== "undone") {
      const drafts = treasuryDecider.decide(command, loaded.state);
      if (drafts.length > 0) {
        await beforeEntering?.(drafts.flatMap((draft) => draft.public.postings));
      }
      const entering = nextContext(context, `enter ${treasuryId}`);
      const { position } = await handle(ledger, treasuryDecider, command, entering, loaded);
      return { treasuryId, isNew: position !== undefined };
    }
    treasuryId = reactionId(treasuryId, "after it was undone");
  }
  throw new DomainError("HISTORY_FULL", "This entry was undone too often: set it apart.");
}
