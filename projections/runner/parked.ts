import type { PoisonError } from "../projection.js";
import type { ReadDb } from "../readTables.js";

/**
 * Streams set aside: this event could not be taken, so it and all later ones of its stream wait. A
 * model that counts money stopped there.
 */
export interface ParkedRow {
  projection: string;
  stream: string;
  event_id: string;
  position: string;
  reason: string;
}

declare module "../readTables.js" {
  interface ReadTables {
    read_parked: ParkedRow;
  }
}

const reasonCharactersMax = 255;

/** From which position on the events of a stream wait. */
export type Parked = ReadonlyMap<string, bigint>;

/** No more of them are shown: whoever sees that many looks for what they have in common. */
const poisonsShownMax = 1000;

/** Set aside in this read model: the events from which on a stream waits, or where it stopped. */
export const listPoisons = (db: ReadDb, projection: string): Promise<ParkedRow[]> =>
  db
    .selectFrom("read_parked")
    .selectAll()
    .where("projection", "=", projection)
    .orderBy("position")
    .limit(poisonsShownMax)
    .execute();

/** Of these streams in these read models, by name. */
export async function listParked(
  db: Pick<ReadDb, "selectFrom">,
  projections: readonly string[],
  streams: readonly string[],
): Promise<ReadonlyMap<string, Parked>> {
  const rows = await db
    .selectFrom("read_parked")
    .selectAll()
    .where("stream", "in", streams)
    .where("projection", "in", projections)
    .orderBy("position")
    .execute();
  const parked = new Map(projections.map((name) => [name, new Map<string, bigint>()]));
  for (const { projection, stream, position } of rows) {
    const streams = parked.get(projection);
    if (streams?.has(stream) === false) streams.set(stream, BigInt(position));
  }
  return parked;
}

/** What came before the event that can't be taken still counts. */
export function isParked(
  parked: Parked,
  { stream, position }: { readonly stream: string; readonly position: bigint },
): boolean {
  const from = parked.get(stream);
  return from !== undefined && position >= from;
}

export async function park(
  db: Pick<ReadDb, "insertInto">,
  projection: string,
  poison: Pick<PoisonError, "stream" | "eventId" | "position" | "cause">,
): Promise<void> {
  const { stream, eventId, position, cause } = poison;
  const reason = String(cause).slice(0, reasonCharactersMax);
  const row = { projection, stream, event_id: eventId, position: String(position), reason };
  await db.insertInto("read_parked").values(row).onDuplicateKeyUpdate({ stream, reason }).execute();
}

export async function unparkAll(db: ReadDb, projection: string): Promise<void> {
  await db.deleteFrom("read_parked").where("projection", "=", projection).execute();
}
