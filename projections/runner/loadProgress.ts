import type { EventStore } from "../../platform/eventStore/eventStore.js";
import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import type { Progress } from "./applyBatch.js";
import { findCheckpoint, refuseForeign } from "./checkpoint.js";
import { unparkAll } from "./parked.js";

export interface Following {
  readonly db: ReadDb;
  readonly store: EventStore;
  readonly ledgerId: string;
}

/** Where a read model goes on from. @throws Refusal for a checkpoint of another ledger */
export async function loadProgress(
  { db, store, ledgerId }: Following,
  projection: Projection,
): Promise<Progress> {
  const { name, version } = projection;
  const known = await findCheckpoint(db, name);
  const fresh = { projection: name, version, ledger_id: ledgerId, position: null };
  const checkpoint = known ?? { ...fresh, event_id: null, count: "0" };
  if (known === undefined) await db.insertInto("read_checkpoint").values(checkpoint).execute();
  await refuseForeign(store, ledgerId, checkpoint);
  // A model that counts money skips no stream: where it stopped, it tries again.
  if (projection.aboutMoney) await unparkAll(db, name);
  return { projection, checkpoint };
}
