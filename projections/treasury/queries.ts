import type { Span } from "../entries/queries.js";
import type { ReadDb } from "../readTables.js";
import type { TreasuryRow } from "./projection.js";

export type { TreasuryRow } from "./projection.js";

/** What maintainers did within this span, oldest first. */
export function listTreasury(db: ReadDb, { from, to }: Span): Promise<TreasuryRow[]> {
  let query = db.selectFrom("read_treasury").selectAll();
  if (from !== null) query = query.where("position", ">", String(from));
  if (to !== null) query = query.where("position", "<=", String(to));
  return query.orderBy("position").execute();
}
