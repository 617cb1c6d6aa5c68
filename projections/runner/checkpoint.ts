import { isForeign } from "../../platform/eventStore/checkpoint.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { Refusal } from "../../platform/process/refusal.js";
import type { ReadDb } from "../readTables.js";

/** How far a read model has come, in which ledger, checked against the event that lies there. */
export interface CheckpointRow {
  projection: string;
  version: number;
  ledger_id: string;
  /** Position of the last event seen; null before the first. */
  position: string | null;
  event_id: string | null;
  /** Events of the ledger seen so far. */
  count: string;
}

declare module "../readTables.js" {
  interface ReadTables {
    read_checkpoint: CheckpointRow;
  }
}

export const findCheckpoint = (db: ReadDb, name: string): Promise<CheckpointRow | undefined> =>
  db.selectFrom("read_checkpoint").selectAll().where("projection", "=", name).executeTakeFirst();

/** The same read model of the same ledger, as far as before or further on. */
export const isFurther = (row: CheckpointRow, before: CheckpointRow): boolean =>
  row.version === before.version &&
  row.ledger_id === before.ledger_id &&
  (before.position === null || BigInt(row.position ?? -1) >= BigInt(before.position));

/** Is everything up to this position in the read model of this name? */
export async function hasReached(db: ReadDb, name: string, position: bigint): Promise<boolean> {
  const reached = (await findCheckpoint(db, name))?.position ?? null;
  return reached !== null && BigInt(reached) >= position;
}

export async function saveCheckpoints(
  db: Pick<ReadDb, "insertInto">,
  checkpoints: readonly CheckpointRow[],
): Promise<void> {
  await db
    .insertInto("read_checkpoint")
    .values([...checkpoints])
    .onDuplicateKeyUpdate((row) => ({
      version: row.fn("values", ["version"]),
      ledger_id: row.fn("values", ["ledger_id"]),
      position: row.fn("values", ["position"]),
      event_id: row.fn("values", ["event_id"]),
      count: row.fn("values", ["count"]),
    }))
    .execute();
}

/** @throws Refusal naming the remedy */
export async function refuseForeign(
  store: EventStore,
  ledgerId: string,
  { projection, ledger_id, position, event_id }: CheckpointRow,
): Promise<void> {
  if (position === null) return;
  const checkpoint = { ledgerId: ledger_id, position: BigInt(position), eventId: event_id };
  if (!(await isForeign(store, ledgerId, checkpoint))) return;
  throw new Refusal(
    `The read model "${projection}" was built from another ledger, or from another copy of this ` +
      "one. Rebuild the read models with `npm run replay`.",
  );
}
