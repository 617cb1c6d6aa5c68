import type { ReadDb } from "../readTables.js";
import type { LeaseRow } from "./projection.js";

export const findLeaseRow = (db: ReadDb, leaseId: string): Promise<LeaseRow | undefined> =>
  db.selectFrom("read_lease").selectAll().where("lease_id", "=", leaseId).executeTakeFirst();
