import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../platform/parseJson.js";
import { Refusal } from "../../platform/process/refusal.js";
import { refuseOpenToOthers, writePrivateFile } from "./dataFolder.js";

const secretBytes = 32;
/** Of any form: a restore brings them along. */
const secretSchema = z.string().min(secretBytes);
const passwordSchema = z.base64url().min(43);
const secretsSchema = z.object({
  /** Master key of the vault: without it nothing sealed can ever be read again. */
  appSecret: secretSchema,
  jwtSecret: secretSchema,
  databasePassword: passwordSchema,
  redisPassword: passwordSchema,
});
export type Secrets = Readonly<z.infer<typeof secretsSchema>>;

/** Folders that hold data sealed under, or guarded by, the secrets. */
const guardedFolders = ["mariadb", "eventstore"];

/** The secrets of a data folder, made once, when it is new. @throws Refusal */
export function loadSecrets(dataDir: string): Secrets {
  const path = join(dataDir, "secrets.json");
  if (!existsSync(path)) return makeSecrets(dataDir, path);
  refuseOpenToOthers(path, "600");
  const { data } = secretsSchema.safeParse(parseJson(readFileSync(path, "utf8")));
  if (data !== undefined) return data;
  throw new Refusal(`${path} is damaged. Restore it from a backup: the data needs its secrets.`);
}

function makeSecrets(dataDir: string, path: string): Secrets {
  const data = guardedFolders.map((name) => join(dataDir, name)).find(existsSync);
  if (data !== undefined) {
    const remedy = `Restore it from a backup, or move ${dataDir} away to start afresh.`;
    throw new Refusal(`${path} is missing, and ${data} can't be read without it. ${remedy}`);
  }
  const make = (): string => randomBytes(secretBytes).toString("base64url");
  const secrets: Secrets = {
    appSecret: make(),
    jwtSecret: make(),
    databasePassword: make(),
    redisPassword: make(),
  };
  writePrivateFile(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}
