import type { ReadDb } from "../readTables.js";
import type { ReservationRow } from "./projection.js";

export type { ReservationRow } from "./projection.js";

/** Reservations made before this instant that are neither spent nor released, oldest first. */
export const listUnsettled = (
  db: ReadDb,
  { before, limit }: { before: string; limit: number },
): Promise<ReservationRow[]> =>
  db
    .selectFrom("read_reservation")
    .selectAll()
    .where("state", "=", "reserved")
    .where("reserved_at", "<", before)
    .orderBy("reserved_at")
    .limit(limit)
    .execute();
