import type { Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import { findCheckpoint } from "./checkpoint.js";
import { hasPassedOver } from "./passed.js";

/** Has it to be rebuilt, because its table, its folding, or what can be read of the log changed? */
export async function isOutdated(db: ReadDb, projection: Projection): Promise<boolean> {
  const checkpoint = await findCheckpoint(db, projection.name);
  if (checkpoint === undefined) return false;
  return checkpoint.version !== projection.version || hasPassedOver(db, projection);
}
