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

/** Process managers whose checkpoint is not of this log, by name. */
export async function listForeign(
  db: OpsDb,
  store: EventStore,
  ledgerId: string,
): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const row of await db.selectFrom("checkpoint").selectAll().orderBy("name").execute()) {
    if (await isForeign(store, ledgerId, checkpointOf(row))) foreign.push(row.name);
  }
  return foreign;
}

/**
 * Lets process managers go on from the end of this log. Work that is still open is found by the
 * sweeps, and nothing old is reacted to again.
 */
export async function moveToEnd(
  db: OpsDb,
  store: EventStore,
  { ledgerId, names }: { readonly ledgerId: string; readonly names: readonly string[] },
): Promise<void> {
  const end = await store.lastEvent();
  if (end === undefined) return;
  for (const name of names) await saveCheckpoint(db, name, checkpointAt(ledgerId, end));
}

const checkpointOf = (row: OpsTables["checkpoint"]): Checkpoint => ({
  ledgerId: row.ledger_id,
  position: BigInt(row.position),
  eventId: row.event_id,
});
