import { type Kysely, type KyselyPlugin, sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { minute } from "../../domain/limits.js";
import { type Area, openDatabase } from "../../platform/mysql/database.js";
import { type Migrations, migrate } from "../../platform/mysql/migrate.js";
import { opsMigrations } from "../../platform/ops/tables.js";
import { vaultMigrations } from "../../platform/vault/migrations.js";
import type { ReadTables } from "../../projections/readTables.js";
import { createReadTables } from "../../projections/runner/tables.js";
import { freshDatabaseUrl } from "../support/freshDatabases.js";

type Migrate = (db: Kysely<ReadTables>) => Promise<void>;

const areas: readonly { area: Area; statementsMin: number; bringUpToDate: Migrate }[] = [
  { area: "ops", ...of(opsMigrations) },
  { area: "vault", ...of(vaultMigrations) },
  { area: "read", statementsMin: 10, bringUpToDate: createReadTables },
];

function of(migrations: Migrations) {
  const statementsMin = Object.values(migrations).flat().length;
  return { statementsMin, bringUpToDate: (db: Kysely<ReadTables>) => migrate(db, migrations) };
}

/** Each cut makes a database twice. */
const cutsMsMax = 5 * minute;

class CutOff extends Error {}

/** Ends the work right before a statement, and so right after the one before it. */
function cutBefore(statement: number): KyselyPlugin {
  let asked = 0;
  return {
    transformQuery({ node }) {
      asked += 1;
      if (asked > statement) throw new CutOff();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

/** As a process does that is killed: its sessions end with it. */
async function inOneProcess<Result>(
  url: string,
  area: Area,
  work: (db: Kysely<ReadTables>) => Promise<Result>,
): Promise<Result> {
  const db = openDatabase<ReadTables>(url, area);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** Every table as it was made, and which migrations are recorded. */
async function contentOf(db: Kysely<ReadTables>): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = DATABASE() ORDER BY table_name`.execute(db);
  const made = rows.map(async ({ name }) => {
    const shown = await sql<Record<string, string>>`SHOW CREATE TABLE ${sql.table(name)}`.execute(
      db,
    );
    return String(shown.rows[0]?.["Create Table"]);
  });
  return [...(await Promise.all(made)), ...(await recordedIn(db))];
}

async function recordedIn(db: Kysely<ReadTables>): Promise<readonly string[]> {
  const found = await sql`SHOW TABLES LIKE 'kysely_migration'`.execute(db);
  if (found.rows.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    SELECT name FROM kysely_migration ORDER BY name`.execute(db);
  return rows.map(({ name }) => name);
}

it.each(areas)(
  "goes on wherever it was cut off, and ends as if it never was: $area",
  async ({ area, statementsMin, bringUpToDate }) => {
    const whole = await inOneProcess(await freshDatabaseUrl(), area, async (db) => {
      await bringUpToDate(db);
      return contentOf(db);
    });
    let cuts = 0;
    for (let isCut = true; isCut; cuts += 1) {
      const url = await freshDatabaseUrl();
      isCut = await inOneProcess(url, area, (db) =>
        bringUpToDate(db.withPlugin(cutBefore(cuts))).then(
          () => false,
          (error: unknown) => {
            if (error instanceof CutOff) return true;
            throw error;
          },
        ),
      );
      const again = inOneProcess(url, area, async (db) => {
        await bringUpToDate(db);
        return contentOf(db);
      });
      expect(await again, `cut off before statement ${cuts + 1}`).toEqual(whole);
    }
    expect(cuts).toBeGreaterThan(statementsMin);
  },
  cutsMsMax,
);

async function freshOps(): Promise<Kysely<ReadTables>> {
  const db = openDatabase<ReadTables>(await freshDatabaseUrl(), "ops");
  onTestFinished(() => db.destroy());
  return db;
}

const older: Migrations = { "0001_one": ["CREATE TABLE one (id INT)"] };
const newer: Migrations = { ...older, "0002_two": ["ALTER TABLE one ADD COLUMN two INT NULL"] };

it("leaves a database as it is that newer software brought further, in both orders", async () => {
  const db = await freshOps();
  await migrate(db, newer);
  const content = await contentOf(db);
  await migrate(db, older);
  expect(await contentOf(db)).toEqual(content);
  await migrate(db, newer);
  expect(await contentOf(db)).toEqual(content);
});

it("goes on after the clock was set back", async () => {
  const db = await freshOps();
  await migrate(db, newer);
  await sql`UPDATE kysely_migration SET timestamp = '2001-01-01T00:00:00.000Z'
    WHERE name = '0002_two'`.execute(db);
  await migrate(db, { ...newer, "0003_three": ["CREATE TABLE three (id INT)"] });
  expect(await recordedIn(db)).toEqual(["0001_one", "0002_two", "0003_three"]);
});

it.each([
  ["a statement that is wrong", { "0001_one": ["ALTER TABLE nowhere ADD COLUMN one INT"] }],
  ["one recorded that never was among ours", { "0003_three": [] }],
])("stops at %s, and records nothing", async (_what, wrong: Migrations) => {
  const db = await freshOps();
  if ("0003_three" in wrong) await migrate(db, newer);
  const recorded = await recordedIn(db);
  await expect(migrate(db, wrong)).rejects.toThrow();
  expect(await recordedIn(db)).toEqual(recorded);
});
