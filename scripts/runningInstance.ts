import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { serverVariables } from "../platform/config/config.js";
import type { Environment } from "../platform/config/environment.js";
import { parseJson } from "../platform/parseJson.js";
import { Refusal } from "../platform/process/refusal.js";
import { writePrivateFile } from "./supervisor/dataFolder.js";
import { findLockHolder } from "./supervisor/dataLock.js";

export const dataDirDefault = ".data";

/** What a running `npm start` leaves for command-line tools; it holds secrets, so it is private. */
const runningInstanceSchema = z.object({
  /** Process id of the supervisor. */
  pid: z.number().int(),
  url: z.url(),
  /** Settings of the server's processes, as loadConfig reads them. */
  environment: z.record(z.string(), z.string()),
});
export type RunningInstance = Readonly<z.infer<typeof runningInstanceSchema>>;

const fileOf = (dataDir: string): string => join(dataDir, "run.json");

export function writeRunningInstance(dataDir: string, instance: RunningInstance): void {
  writePrivateFile(fileOf(dataDir), `${JSON.stringify(instance, null, 2)}\n`);
}

export function removeRunningInstance(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
}

/** The instance that runs on this data folder, if one does. */
export function findRunningInstance(dataDir: string): RunningInstance | undefined {
  const file = fileOf(dataDir);
  if (!existsSync(file)) return undefined;
  const { data } = runningInstanceSchema.safeParse(parseJson(readFileSync(file, "utf8")));
  return data?.pid === findLockHolder(dataDir) ? data : undefined;
}

/** What is not set at the running server has its default there, whatever the caller's shell says. */
const withoutServerVariables = (environment: Environment): Environment =>
  Object.fromEntries(
    Object.entries(environment).filter(([name]) => !serverVariables.includes(name)),
  );

/**
 * The settings a command-line tool hands to loadConfig: of the `npm start` on `--data DIR`, else,
 * when the caller's environment names its own event store, that environment as it is, else of the
 * `npm start` on the default folder. @throws Refusal when there is nothing to work with
 */
export function toolEnvironment(options: {
  readonly dataDir: string | undefined;
  readonly environment: Environment;
}): Environment {
  const { dataDir, environment } = options;
  if (dataDir === undefined && environment["EVENTSTORE_URL"] !== undefined) return environment;
  const folder = resolve(dataDir ?? dataDirDefault);
  const instance = findRunningInstance(folder);
  if (instance !== undefined) {
    return { ...withoutServerVariables(environment), ...instance.environment };
  }
  throw new Refusal(
    `Nothing runs on ${folder}. Run npm start in another terminal, name the folder of a running ` +
      "one with --data DIR, or set EVENTSTORE_URL and the other settings of .env.example.",
  );
}
