import type { BooksState } from "../../domain/books/decider.js";
import { booksDecider } from "../../domain/books/decider.js";
import { DomainError } from "../../domain/errors.js";
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
  readonly state: Extract<BooksState, { status: "open" }>;
  /** Oldest first, from the ledger's first month on. */
  readonly months: readonly ClosedMonth[];
}

/** @throws DomainError LEDGER_NOT_OPEN */
export async function readBooks({ store }: Pick<Ledger, "store">): Promise<Books> {
  const { state, events } = await load(store, booksDecider, {});
  const [opened] = events;
  if (state.status === "unopened" || opened === undefined) {
    throw new DomainError("LEDGER_NOT_OPEN", "The ledger is not open yet: run `npm run init-db`.");
  }
  return { state, months: closedMonths(opened, events) };
}

function closedMonths(opened: StoredEvent, events: readonly StoredEvent[]): ClosedMonth[] {
  const months: ClosedMonth[] = [];
  let opening: Mark = opened;
  for (const closing of events) {
    if (closing.event.type !== "MonthClosed") continue;
    months.push({ month: closing.event.data.public.month, opening, closing });
    opening = closing;
  }
  return months;
}
