import { booksStream } from "../../domain/books/events.js";
import { Refusal } from "../process/refusal.js";
import type { EventStore } from "./eventStore.js";

/** Which ledger this event store holds. @throws Refusal when none was opened in it yet */
export async function readLedgerId(store: EventStore): Promise<string> {
  const { events } = await store.read(booksStream);
  for (const { event } of events) {
    if (event.type === "LedgerOpened") return event.data.public.ledgerId;
  }
  throw new Refusal("This event store holds no ledger yet: run `npm run init-db` once.");
}
