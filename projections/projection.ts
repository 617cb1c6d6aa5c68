import type { QueryExecutorProvider } from "kysely";
import type { EventType } from "../domain/ledger.js";
import type { StoredEvent } from "../platform/eventStore/eventStore.js";
import type { ReadTables } from "./readTables.js";

/** A transaction. Which table a projection fills (live, or its shadow) is known only when it runs. */
export type Trx = QueryExecutorProvider;

/** Read models that are waited for, and shown how far they are, together. */
export const readGroups = ["accounts", "generations", "money"] as const;
export type ReadGroup = (typeof readGroups)[number];

/** Of each group the last event that all of its read models hold; left out before the first. */
export type Projected = Readonly<Partial<Record<ReadGroup, bigint>>>;

/**
 * One read model: one table, filled by folding events in the order of `$all`. It can be thrown away
 * and rebuilt, so it never holds what is not in the events, nor when it was written.
 */
export interface Projection {
  readonly name: string;
  /** Raise it when the table or the folding changes: the projector then rebuilds it at its start. */
  readonly version: number;
  /** Declared in ReadTables with the type of its rows. */
  readonly table: keyof ReadTables;
  /** Body of CREATE TABLE: columns and keys. */
  readonly columns: string;
  readonly primaryKey: readonly string[];
  readonly handles: readonly EventType[];
  readonly group: ReadGroup;
  /** A fault stops it instead of setting the stream aside: what money is counted by. */
  readonly aboutMoney: boolean;
  /** @throws PoisonError when an event can't be taken; anything else comes from the database. */
  readonly apply: (trx: Trx, table: string, events: readonly StoredEvent[]) => Promise<void>;
}

/** A read model can't take this event, now or ever, by this version of the software. */
export class PoisonError extends Error {
  override readonly name = "PoisonError";
  readonly stream: string;
  readonly eventId: string;
  readonly position: bigint;

  constructor(event: { stream: string; id: string; position: bigint }, cause: unknown) {
    super(`Event ${event.id} of ${event.stream} can't be taken.`, { cause });
    this.stream = event.stream;
    this.eventId = event.id;
    this.position = event.position;
  }
}

/** @throws PoisonError when the work on this event throws */
export function guarded<Result>(stored: StoredEvent, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw cause instanceof PoisonError ? cause : new PoisonError(stored, cause);
  }
}
