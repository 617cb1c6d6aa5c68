import type { OpsDb } from "../../../platform/ops/tables.js";
import type { VaultDb } from "../../../platform/vault/tables.js";
import type { ReadDb } from "../../../projections/readTables.js";

/** Databases of a million rows in each table, each in one session. */
export interface BigDatabases {
  readonly read: ReadDb;
  readonly ops: OpsDb;
  readonly vault: VaultDb;
}

/** How a query is asked, and how many rows it may read for that. */
export interface Plan {
  readonly rowsMax: number;
  readonly run: (databases: BigDatabases) => Promise<unknown>;
  /** What it needs to know of the tables first. */
  readonly prepare?: (databases: BigDatabases) => Promise<void>;
}

/** By exported function; several ways to ask by a word after it. A text says why there is no plan. */
export type Plans = Readonly<Record<string, Readonly<Record<string, Plan>> | string>>;

/** One way to ask. What is found costs a row or two each; finding the first of them, a few more. */
export const reads = (found: number, run: Plan["run"]): Plan => ({
  rowsMax: 2 * found + 10,
  run,
});
