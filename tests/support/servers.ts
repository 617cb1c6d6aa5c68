import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { removeAbandonedFolders } from "../../platform/process/temporaryFolder.js";
import { builtFolder } from "../../scripts/build/builtFolder.mjs";
import { findLockHolder, lockDataFolder } from "../../scripts/supervisor/dataLock.js";
import { mariaDbUrl, prepareMariaDb } from "../../scripts/supervisor/mariaDb.js";
import { prepareRedis, redisUrl } from "../../scripts/supervisor/redis.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";

declare module "vitest" {
  interface ProvidedContext {
    /** URL of the database `obsidian`; its user may also make any named `obsidian_…`. */
    mariaDbUrl: string;
    redisUrl: string;
  }
}

export const folderPrefix = join(tmpdir(), "obsidian-tests-");
/** Where a supervisor of a test keeps its data, by the name of its folder. */
const dataFolders = {
  "obsidian-tests-": ".",
  "obsidian-product-": "data",
  "obsidian-start-": "data",
};

/**
 * One MariaDB and one Redis for all test files of the project "servers"; see freshDatabases.ts.
 * TEST_DATABASE_URL names another server to test against, such as a MySQL 8.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  builtFolder(); // Commands that a test runs find it there, and say nothing of building.
  await removeWhatWasKilled();
  await removeAbandonedFolders();
  const folder = mkdtempSync(folderPrefix);
  lockDataFolder(folder);
  const supervisor = new Supervisor(folder, () => undefined);
  process.once("exit", () => supervisor.kill()); // Interrupted, vitest does not tear down.

  const password = randomBytes(16).toString("base64url");
  const redis = { folder: join(folder, "redis"), port: await reservePort(), password };
  await supervisor.start(prepareRedis(redis));
  project.provide("redisUrl", redisUrl(redis));

  const named = process.env["TEST_DATABASE_URL"];
  const mariaDb = { folder: join(folder, "mariadb"), port: await reservePort(), password };
  if (!named) await supervisor.start(prepareMariaDb({ ...mariaDb, durability: "fast" }));
  project.provide("mariaDbUrl", named || mariaDbUrl(mariaDb));

  return async () => {
    await supervisor.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Servers and folders of runs that could not clean up after themselves. */
async function removeWhatWasKilled(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const found = Object.entries(dataFolders).find(([prefix]) => name.startsWith(prefix));
    if (found === undefined) continue;
    const dataDir = join(tmpdir(), name, found[1]);
    if (!existsSync(join(dataDir, "lock")) || findLockHolder(dataDir) !== undefined) continue;
    await new Supervisor(dataDir, () => undefined).stopLeftovers();
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
