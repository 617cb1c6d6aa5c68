import type { ReadDb } from "../database.js";
import type { PoisonError } from "../projection.js";

const reasonCharactersMax = 255;

export async function listParked(db: ReadDb, projection: string): Promise<ReadonlySet<string>> {
  const query = db.selectFrom("read_parked").select("stream").where("projection", "=", projection);
  return new Set((await query.execute()).map(({ stream }) => stream));
}

export async function park(db: ReadDb, projection: string, poison: PoisonError): Promise<void> {
  const { stream, eventId, position, cause } = poison;
  const reason = String(cause).slice(0, reasonCharactersMax);
  const row = { projection, stream, event_id: eventId, position: String(position), reason };
  await db.insertInto("read_parked").ignore().values(row).execute();
}

export async function unparkAll(db: ReadDb, projection: string): Promise<void> {
  await db.deleteFrom("read_parked").where("projection", "=", projection).execute();
}
