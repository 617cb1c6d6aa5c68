import { sql } from "kysely";
import { expect, it, onTestFinished } from "vitest";
import { epochMs } from "../../domain/time.js";
import { serverTimesOf } from "../../platform/clockOffsets.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { openRedis } from "../../platform/redis/connection.js";
import { mariaDbUrl, prepareMariaDb } from "../../scripts/supervisor/mariaDb.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";
import { freshRedisUrl } from "../support/freshDatabases.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

/** Of Central Europe, written so that no server has to have a list of zones. */
const zone = "CET-1CEST,M3.5.0,M10.5.0/3";

async function openInZone() {
  const folder = temporaryFolder();
  const options = { folder, port: await reservePort(), password: "secret" };
  const supervisor = new Supervisor(folder, () => undefined);
  onTestFinished(() => supervisor.kill());
  const spec = prepareMariaDb({ ...options, durability: "fast" });
  await supervisor.start({ ...spec, environment: { ...spec.environment, TZ: zone } });
  const db = openDatabase<Record<string, never>>(mariaDbUrl(options), "read");
  onTestFinished(() => db.destroy());
  return db;
}

it("a server that goes by local time tells the right one in both hours of autumn that look alike", async () => {
  const db = await openInZone();
  const redis = openRedis(await freshRedisUrl(), "request");
  onTestFinished(() => redis.disconnect());
  await db.connection().execute(async (session) => {
    await sql`SET time_zone = 'SYSTEM'`.execute(session);
    for (const at of ["2026-10-25T00:30:00.250Z", "2026-10-25T01:30:00.250Z"]) {
      await sql`SET timestamp = ${sql.lit(epochMs(at) / 1000)}`.execute(session);
      const shown = sql<{ shown: string }>`SELECT DATE_FORMAT(NOW(), '%H:%i') AS shown`;
      expect((await shown.execute(session)).rows).toEqual([{ shown: "02:30" }]);
      expect(await serverTimesOf(session, redis)["MySQL"]?.()).toBe(epochMs(at));
    }
  });
});
