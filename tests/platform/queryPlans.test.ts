import { type Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../platform/mysql/database.js";
import { migrate } from "../../platform/mysql/migrate.js";
import { type OpsTables, opsMigrations } from "../../platform/ops/tables.js";
import { vaultMigrations } from "../../platform/vault/migrations.js";
import type { VaultTables } from "../../platform/vault/tables.js";
import type { ReadTables } from "../../projections/readTables.js";
import { createReadTables } from "../../projections/runner/tables.js";
import { type BigServer, startBigServer } from "../support/plans/bigServer.js";
import { opsFilling, readFilling, vaultFilling } from "../support/plans/bigTables.js";
import { fillTable, makeNumbers, rowsReadBy } from "../support/plans/fill.js";
import { findQueries } from "../support/plans/findQueries.js";
import { moneyPlans } from "../support/plans/moneyPlans.js";
import type { BigDatabases, Plan } from "../support/plans/plan.js";
import { readPlans } from "../support/plans/readPlans.js";
import { runnerPlans } from "../support/plans/runnerPlans.js";
import { storePlans } from "../support/plans/storePlans.js";

const allPlans = { ...readPlans, ...moneyPlans, ...runnerPlans, ...storePlans };
const planned = Object.entries(allPlans).flatMap(([file, queries]) =>
  Object.entries(queries).map(([name, ways]) => ({ query: `${file} ${name}`, ways })),
);
const cases = planned.flatMap(({ query, ways }) =>
  typeof ways === "string"
    ? []
    : Object.entries(ways).map(([way, plan]): [string, Plan] => [`${query}: ${way}`, plan]),
);

/** One to two minutes on an idle machine of two cores; a busy one may take its time. */
const fillingMs = 900_000;
/** Beside each other, as many as a small machine has cores. */
const fillingAtOnce = 2;

const openAll = (url: string) => ({
  read: openDatabase<ReadTables>(url, "read"),
  ops: openDatabase<OpsTables>(url, "ops"),
  vault: openDatabase<VaultTables>(url, "vault"),
});
let databases: ReturnType<typeof openAll>;

type Table = readonly [db: Kysely<unknown>, name: string, columns: Record<string, string>];

const tablesOf = <Tables>(
  db: Kysely<Tables>,
  filling: Readonly<Record<string, Record<string, string>>>,
): Table[] =>
  Object.entries(filling).map(([name, columns]) => [db as Kysely<unknown>, name, columns]);

async function fillAll(tables: Table[]): Promise<void> {
  const fillNext = async (): Promise<void> => {
    for (let next = tables.pop(); next !== undefined; next = tables.pop()) await fillTable(...next);
  };
  await Promise.all(Array.from({ length: fillingAtOnce }, fillNext));
}

describe("every query of the product", () => {
  it("has a plan here, or a reason why it needs none", () => {
    expect(planned.map(({ query }) => query).sort()).toEqual(findQueries().sort());
  });
});

describe("in tables of a million rows", () => {
  let server: BigServer;

  beforeAll(async () => {
    server = await startBigServer();
    databases = openAll(server.url);
    const { read, ops, vault } = databases;
    await migrate(ops, opsMigrations);
    await migrate(vault, vaultMigrations);
    await createReadTables(read);
    for (const db of [read, ops, vault]) await makeNumbers(db as Kysely<unknown>);
    const tables = [...tablesOf(read, readFilling), ...tablesOf(ops, opsFilling)];
    await fillAll([...tables, ...tablesOf(vault, vaultFilling)]);
  }, fillingMs);
  afterAll(async () => {
    await Promise.all(Object.values(databases).map((db) => db.destroy()));
    await server.stop();
  }, fillingMs);

  describe.each([
    ["statistics of an empty table", false],
    ["fresh statistics", true],
  ])("by %s", (_name, isAnalyzed) => {
    beforeAll(async () => {
      if (!isAnalyzed) return;
      const analyze = async <Tables>(db: Kysely<Tables>, filling: object) => {
        const names = Object.keys(filling).map((name) => sql.table(name));
        await sql`ANALYZE TABLE ${sql.join(names)}`.execute(db);
      };
      await analyze(databases.read, readFilling);
      await analyze(databases.ops, opsFilling);
      await analyze(databases.vault, vaultFilling);
    }, fillingMs);

    it.each(cases)("%s", async (_query, { rowsMax, run, prepare }) => {
      const rows = await inSessions(async (sessions) => {
        await prepare?.(sessions);
        const all = [sessions.read, sessions.ops, sessions.vault] as Kysely<never>[];
        return rowsReadBy(all, () => run(sessions));
      });
      expect(rows).toBeLessThanOrEqual(rowsMax);
    });
  });
});

const inSessions = <Result>(work: (sessions: BigDatabases) => Promise<Result>): Promise<Result> =>
  databases.read
    .connection()
    .execute((read) =>
      databases.ops
        .connection()
        .execute((ops) =>
          databases.vault.connection().execute((vault) => work({ read, ops, vault })),
        ),
    );
