import { type Checkpoint, checkpointAt, isForeign } from "../eventStore/checkpoint.js";
import type { EventStore } from "../eventStore/eventStore.js";
import type { OpsDb, OpsTables } from "./tables.js";

/** Undefined for a process manager that never started: it begins at the end. */
export async function findCheckpoint(db: OpsDb, name: string): Promise<Checkpoint | undefined> {
  const query = db.selectFrom("checkpoint").selectAll().where("name", "=", name);
  const row = await query.executeTakeFirst();
  return row && checkpointOf(row);
}

export async function saveCheckpoint(
  db: OpsDb,
  name: string,
  { ledgerId, position, eventId }: Checkpoint,
): Promise<void> {
  const row = { ledger_id: ledgerId, position: String(position), event_id: eventId };
  await db
    .insertInto("checkpoint")
    .values({ name, ...row })
    .onDuplicateKeyUpdate(row)
    .execute();
}

/**
 * Lets each process manager whose checkpoint is not of this log go on from its end; returns their
 * names. Work that is still open is found by the sweeps, and nothing old is reacted to again.
 */
export async function moveForeignToEnd(
  db: OpsDb,
  store: EventStore,
  ledgerId: string,
): Promise<readonly string[]> {
  const moved: string[] = [];
  const end = await store.lastEvent();
  if (end === undefined) return moved;
  for (const row of await db.selectFrom("checkpoint").selectAll().orderBy("name").execute()) {
    if (!(await isForeign(store, ledgerId, checkpointOf(row)))) continue;
    await saveCheckpoint(db, row.name, checkpointAt(ledgerId, end));
    moved.push(row.name);
  }
  return moved;
}

const checkpointOf = (row: OpsTables["checkpoint"]): Checkpoint => ({
  ledgerId: row.ledger_id,
  position: BigInt(row.position),
  eventId: row.event_id,
});
