import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { contextOf } from "../commands/context.js";
import { handle, type Ledger } from "../commands/handle.js";
import { openLedger } from "../commands/openLedger.js";
import { issueApiKey } from "../commands/user/issueApiKey.js";
import { register } from "../commands/user/register.js";
import { userTermsVersion } from "../domain/terms.js";
import { userDecider } from "../domain/user/decider.js";
import type { Config } from "../platform/config/config.js";
import { newId, sha256Hex } from "../platform/ids.js";
import { hashPassword } from "../platform/keys/passwords.js";
import { openDatabase } from "../platform/mysql/database.js";
import { parseJson } from "../platform/parseJson.js";
import { systemClock } from "../platform/process/clock.js";
import type { VaultDb } from "../platform/vault/tables.js";
import { findKeyOwner } from "../projections/apiKeys/queries.js";
import type { ReadDb, ReadTables } from "../projections/readTables.js";
import { refuseOpenToOthers, writePrivateFile } from "./supervisor/dataFolder.js";

const demoSchema = z.object({
  url: z.string(),
  email: z.string(),
  password: z.string(),
  apiKey: z.string(),
});
export type Demo = Readonly<z.infer<typeof demoSchema>>;

const fileOf = (dataDir: string): string => join(dataDir, "demo.json");

/** The demo user of this data folder as long as its key works, else a new one. */
export async function keepDemo(config: Config, dataDir: string): Promise<Demo> {
  const kept = readDemo(fileOf(dataDir));
  if (kept === undefined || !(await isKnown(config, kept))) return makeDemo(config, dataDir);
  return write({ ...kept, url: config.appUrl }, dataDir);
}

function readDemo(file: string): Demo | undefined {
  if (!existsSync(file)) return undefined;
  refuseOpenToOthers(file, "600");
  return demoSchema.safeParse(parseJson(readFileSync(file, "utf8"))).data;
}

async function isKnown(config: Config, { apiKey }: Demo): Promise<boolean> {
  const readDb = openDatabase<ReadTables>(config.databaseUrl, "read");
  try {
    return (await findKeyOwner(readDb, sha256Hex(apiKey))) !== undefined;
  } finally {
    await readDb.destroy();
  }
}

/**
 * Makes a verified user with an API key in a running server, and writes both to `demo.json` in the
 * data folder, for people and scripts to find. Never in production; start.ts sees to that.
 */
export async function makeDemo(config: Config, dataDir: string): Promise<Demo> {
  const { ledger, vaultDb, readDb, close } = await openLedger<ReadTables>(config);
  try {
    const account = await makeAccount(ledger, vaultDb);
    await untilKnown(readDb, account.keyHash);
    const { email, password, apiKey } = account;
    return write({ url: config.appUrl, email, password, apiKey }, dataDir);
  } finally {
    await close();
  }
}

function write(demo: Demo, dataDir: string): Demo {
  writePrivateFile(fileOf(dataDir), `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

/** The mail is the only step that a machine can't take, so it is left out. */
async function makeAccount(ledger: Ledger, vaultDb: VaultDb) {
  const username = `demo-${randomBytes(4).toString("hex")}`;
  const email = `${username}@example.org`;
  const password = randomBytes(12).toString("base64url");
  const userId = newId();
  const at = systemClock.now();
  const context = () => contextOf({ actor: "maintainer:demo", at });
  const names = { userId, email, username, termsVersion: userTermsVersion };
  const passwordHash = await hashPassword(password, "demo");
  await register({ ledger, vaultDb }, { ...names, passwordHash }, context());
  await handle(ledger, userDecider, { type: "VerifyEmail", userId, at }, context());
  const { key: apiKey } = await issueApiKey(ledger, { userId, name: "Demo" }, context());
  return { email, password, apiKey, keyHash: sha256Hex(apiKey) };
}

const looksMax = 200;
const lookMs = 50;

/** Whoever waits for demo.json may use the key the moment it is there. */
async function untilKnown(readDb: ReadDb, keyHash: string): Promise<void> {
  for (let look = 0; look < looksMax; look += 1) {
    if ((await findKeyOwner(readDb, keyHash)) !== undefined) return;
    await pause(lookMs);
  }
  throw new Error("The demo's key did not reach the read models in time.");
}
