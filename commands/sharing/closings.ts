import { booksDecider, type OpenBooks, openBooks } from "../../domain/books/decider.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { type Ledger, load } from "../handle.js";

/** An event of the books between which a month lies: its opening is the closing of the month before. */
export interface Mark {
  readonly id: string;
  readonly position: bigint;
}
export interface ClosedMonth {
  readonly month: string;
  readonly opening: Mark;
  readonly closing: Mark;
}
export interface Books {
  readonly state: OpenBooks;
  /** Oldest first, from the ledger's first month on. */
  readonly months: readonly ClosedMonth[];
}

/** @throws DomainError LEDGER_NOT_OPEN */
export async function readBooks({ store }: Pick<Ledger, "store">): Promise<Books> {
  const { state, events } = await load(store, booksDecider, {});
  return { state: openBooks(state), months: closedMonths(events) };
}

/** The first event opens the ledger, and with it the first month. */
function closedMonths([opened, ...later]: readonly StoredEvent[]): ClosedMonth[] {
  const months: ClosedMonth[] = [];
  let opening: Mark | undefined = opened;
  for (const closing of later) {
    if (closing.event.type !== "MonthClosed" || opening === undefined) continue;
    months.push({ month: closing.event.data.public.month, opening, closing });
    opening = closing;
  }
  return months;
}
