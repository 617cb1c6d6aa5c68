import { type Kysely, sql } from "kysely";
import type { ReadDb, ReadTables } from "../readTables.js";
import { projections, type Retired, retired } from "../registry.js";
import { findCheckpoint } from "./checkpoint.js";

const tables = [
  `CREATE TABLE IF NOT EXISTS read_checkpoint (
    projection VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    version INT NOT NULL,
    ledger_id CHAR(36) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NULL,
    event_id CHAR(36) CHARACTER SET ascii NULL,
    count BIGINT UNSIGNED NOT NULL
  )`,
  `CREATE TABLE IF NOT EXISTS read_parked (
    projection VARCHAR(64) CHARACTER SET ascii NOT NULL,
    stream TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    position BIGINT UNSIGNED NOT NULL,
    reason TEXT CHARACTER SET utf8mb4 NOT NULL,
    PRIMARY KEY (projection, event_id),
    KEY place (projection, position),
    KEY of_stream (stream(191))
  )`,
  `CREATE TABLE IF NOT EXISTS read_passed (
    projection VARCHAR(64) CHARACTER SET ascii NOT NULL,
    type VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    version INT NOT NULL,
    PRIMARY KEY (projection, type, version)
  )`,
];

/**
 * Makes the tables that are missing, so that whoever reads finds them empty rather than absent, and
 * drops what is left of read models that are no more.
 */
export async function createReadTables(db: ReadDb): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db);
  await widenParked(db);
  await addKeysToParked(db);
  for (const each of retired) await dropRetired(db, each);
  for (const { table, columns } of projections) await createTable(db, table, columns);
}

/** A table that another read model took over is dropped once, and filled by that one from the start. */
async function dropRetired(db: ReadDb, { name, table }: Retired): Promise<void> {
  const heirs = projections.filter((each) => each.table === table);
  const isLeft = (await findCheckpoint(db, name)) !== undefined;
  if (isLeft || heirs.length === 0) {
    await sql`DROP TABLE IF EXISTS ${sql.table(table)}`.execute(db);
  }
  if (!isLeft) return;
  const names = [...heirs.map((heir) => heir.name), name];
  await db.deleteFrom("read_parked").where("projection", "in", names).execute();
  await db.deleteFrom("read_passed").where("projection", "in", names).execute();
  await db.deleteFrom("read_checkpoint").where("projection", "in", names).execute();
}

/** A table from before streams of any name fitted: names that it cut are corrected when met again. */
async function widenParked(db: ReadDb): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.columns
    WHERE table_schema = DATABASE() AND table_name = 'read_parked'
      AND column_name = 'stream' AND data_type = 'varchar'`.execute(db);
  if (rows.length === 0) return;
  await sql`
    ALTER TABLE read_parked
      MODIFY stream TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
      MODIFY reason TEXT CHARACTER SET utf8mb4 NOT NULL,
      DROP PRIMARY KEY, ADD PRIMARY KEY (projection, event_id)`.execute(db);
}

/** A table from before its rows were looked up by stream. */
async function addKeysToParked(db: ReadDb): Promise<void> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND table_name = 'read_parked'
      AND index_name = 'of_stream'`.execute(db);
  if (rows.length > 0) return;
  await sql`
    ALTER TABLE read_parked
      ADD KEY place (projection, position), ADD KEY of_stream (stream(191))`.execute(db);
}

export async function createTable(db: Kysely<ReadTables>, table: string, columns: string) {
  const body = sql.raw(columns);
  // Whatever the database was made with, a column that names no alphabet takes any text.
  const statement = sql`CREATE TABLE IF NOT EXISTS ${sql.table(table)} (${body})`;
  await sql`${statement} CHARACTER SET utf8mb4`.execute(db);
}
