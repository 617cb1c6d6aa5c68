import { sql } from "kysely";
import { expect, it } from "vitest";
import { isYes, makeDatabases, openDatabase } from "../../platform/mysql/database.js";
import { isDataError } from "../../platform/mysql/dataErrors.js";
import { freshDatabaseUrl } from "../support/freshDatabases.js";

it("refuses a text that is too long, whatever the server is set up to do", async () => {
  const url = await freshDatabaseUrl();
  await makeDatabases(url);
  for (const area of ["read", "ops", "vault"] as const) {
    const db = openDatabase<{ short: { text: string } }>(url, area);
    const { rows } = await sql<{ mode: string }>`SELECT @@SESSION.sql_mode AS mode`.execute(db);
    expect(rows[0]?.mode).toContain("STRICT_ALL_TABLES");
    await sql`CREATE TABLE short (text VARCHAR(3))`.execute(db);
    const refused = db.insertInto("short").values({ text: "long" }).execute();
    expect(isDataError(await refused.catch((error: unknown) => error))).toBe(true);
    await db.destroy();
  }
});

it("hears a yes in an INT, as MariaDB says it of a lock, and in a BIGINT, as MySQL does", async () => {
  const db = openDatabase(await freshDatabaseUrl(), "read");
  const { rows } = await sql<Record<string, unknown>>`
    SELECT GET_LOCK('a lock', 1) AS got, CAST(1 AS SIGNED) AS yes, CAST(0 AS SIGNED) AS no,
      1 = 2 AS differs, NULL AS nothing`.execute(db);
  const heard = Object.entries(rows[0] ?? {}).map(([name, value]) => [name, isYes(value)]);
  await db.destroy();
  expect(Object.fromEntries(heard)).toEqual({
    ...{ got: true, yes: true },
    ...{ no: false, differs: false, nothing: false },
  });
});
