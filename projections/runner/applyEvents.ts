import { sql } from "kysely";
import {
  decode,
  isTooNew,
  type RecordedEvent,
  type StoredEvent,
} from "../../platform/eventStore/eventStore.js";
import { isDataError } from "../../platform/mysql/dataErrors.js";
import { PoisonError, type Projection, type Trx } from "../projection.js";
import { isParked } from "./parked.js";

/** An event read once for all projections, or what is wrong with it. */
export type Decoded =
  | { readonly recorded: RecordedEvent; readonly stored: StoredEvent }
  | { readonly recorded: RecordedEvent; readonly fault: unknown };

/** Reads what somebody handles, and what nobody here can read: see passed.ts. */
export function decodeBatch(
  batch: readonly RecordedEvent[],
  handled: ReadonlySet<string>,
): Decoded[] {
  return batch
    .filter((recorded) => handled.has(recorded.type) || isTooNew(recorded))
    .map((recorded) => {
      try {
        return { recorded, stored: decode(recorded) };
      } catch (fault) {
        return { recorded, fault };
      }
    });
}

/**
 * Applies these events to a table and returns those that it can't take: which can't be read or
 * folded, or make a row that the database refuses. What came before such an event is applied; later
 * ones of its stream are not, and in a model that counts money none at all. Many events that fail
 * together are halved until each culprit stands alone.
 * @throws what is no event's fault: the database is away, or a lock was lost
 */
export async function applyEvents(
  trx: Trx,
  projection: Projection,
  table: string,
  events: readonly Decoded[],
): Promise<PoisonError[]> {
  const [first] = events;
  if (first === undefined) return [];
  const fault = await tryAll(trx, projection, table, events);
  if (fault === undefined) return [];
  if (events.length === 1) return [asPoison(first, fault)];
  const middle = Math.ceil(events.length / 2);
  const poisons = await applyEvents(trx, projection, table, events.slice(0, middle));
  if (projection.aboutMoney && poisons.length > 0) return poisons;
  const parked = new Map(poisons.map(({ stream, position }) => [stream, position]));
  const rest = events.slice(middle).filter(({ recorded }) => !isParked(parked, recorded));
  return [...poisons, ...(await applyEvents(trx, projection, table, rest))];
}

/**
 * The same for a transaction that is rolled back when it throws: without looking for the events that
 * can't be taken, and without the savepoints for that.
 * @throws what `isFaultOfEvents` knows, when one of them can't be taken
 */
export async function applyAtOnce(
  trx: Trx,
  projection: Projection,
  table: string,
  events: readonly Decoded[],
): Promise<PoisonError[]> {
  if (events.length > 0) await projection.apply(trx, table, events.map(storedOrPoison));
  return [];
}

export const isFaultOfEvents = (error: unknown): boolean =>
  error instanceof PoisonError || isDataError(error);

/** All of them or, when it returns a fault, none. */
async function tryAll(
  trx: Trx,
  projection: Projection,
  table: string,
  events: readonly Decoded[],
): Promise<unknown> {
  await sql`SAVEPOINT before_events`.execute(trx);
  try {
    await projection.apply(trx, table, events.map(storedOrPoison));
    return undefined;
  } catch (error) {
    if (!isFaultOfEvents(error)) throw error;
    await sql`ROLLBACK TO SAVEPOINT before_events`.execute(trx);
    return error;
  }
}

function storedOrPoison(decoded: Decoded): StoredEvent {
  if ("stored" in decoded) return decoded.stored;
  throw new PoisonError(decoded.recorded, decoded.fault);
}

const asPoison = ({ recorded }: Decoded, fault: unknown): PoisonError =>
  fault instanceof PoisonError ? fault : new PoisonError(recorded, fault);
