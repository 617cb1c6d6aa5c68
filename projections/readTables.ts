import type { Kysely } from "kysely";

/** Rows by table. Each file that makes a table adds it here, beside the type of its rows. */
// biome-ignore lint/suspicious/noEmptyInterface: It is filled by declaration merging.
export interface ReadTables {}

export type ReadDb = Kysely<ReadTables>;
