import { readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isInProduction } from "../../platform/config/config.js";
import type { Environment } from "../../platform/config/environment.js";
import { newToken } from "../../platform/ids.js";
import { Refusal } from "../../platform/process/refusal.js";
import { openPrivateFolder, writePrivateFile } from "../supervisor/dataFolder.js";
import { lockDataFolder } from "../supervisor/dataLock.js";
import { type Installation, planInstallation } from "../supervisor/installation.js";
import { processTable } from "../supervisor/processTable.js";
import { reservePort } from "../supervisor/reservePort.js";
import { startAll } from "../supervisor/startInstallation.js";
import { Supervisor } from "../supervisor/supervisor.js";
import { installMissing } from "../supervisor/systemPackages.js";

/** What a restore fills. Nothing else is started than the servers that hold data. */
const holders = ["mariaDb", "eventStore"];

export interface Stage {
  readonly installation: Installation;
  readonly folder: string;
  /** Stops what runs there, and puts the folder in its place: only now is it one to start. */
  finish(): Promise<void>;
  /** Stops what runs there, and leaves the rest to the next restore. */
  leave(): Promise<void>;
}

/**
 * An empty folder goes at once: one that can't, such as a mount point or a link, could not be put in its
 * place in the end either. @throws Refusal then, and when something lies there already
 */
export function clearPlace(dataDir: string): void {
  try {
    rmdirSync(dataDir);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return;
    if (code === "ENOTEMPTY" || code === "EEXIST") {
      throw new Refusal(
        `${dataDir} is not empty. Move it away, or name another folder with --data DIR.`,
      );
    }
    throw new Refusal(
      `${dataDir} can't be replaced (${code}), as a link or a mount point can't. Name a folder within.`,
    );
  }
}

/**
 * Beside the data folder, so that one that is restored in part is never started. What an earlier
 * restore left there goes.
 */
export async function openStage(
  dataDir: string,
  given: Environment,
  settings: Environment,
): Promise<Stage> {
  const folder = `${dataDir}.restoring`;
  openPrivateFolder(folder);
  const unlock = lockDataFolder(folder);
  const supervisor = new Supervisor(folder, () => undefined);
  const leave = async (): Promise<void> => {
    await supervisor.stop();
    unlock();
  };
  try {
    await supervisor.stopLeftovers();
    removeEarlier(folder);
    if (!isInProduction(given)) keepSecrets(folder, settings);
    const installation = await planInstallation(folder, await reservePort(), {
      // That of the folder it becomes.
      ERASURES_FILE: `${dataDir}.erasures`,
      ...given,
    });
    if (installation.own.mariaDb !== undefined) installMissing(["mariaDb"]);
    openPrivateFolder(join(folder, "keys"));
    const rows = processTable(installation).filter(({ spec }) => holders.includes(spec.name));
    await startAll(rows, supervisor);
    const finish = async (): Promise<void> => {
      await leave();
      renameSync(folder, dataDir);
    };
    return { installation, folder, finish, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

const own = ["lock", "logs", "pids"];

function removeEarlier(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!own.includes(name)) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Those of then, where they seal data; the servers here get new passwords. */
function keepSecrets(folder: string, settings: Environment): void {
  const { APP_SECRET: appSecret, JWT_SECRET: jwtSecret } = settings;
  const passwords = { databasePassword: newToken(), redisPassword: newToken() };
  const secrets = { appSecret, jwtSecret, ...passwords };
  writePrivateFile(join(folder, "secrets.json"), `${JSON.stringify(secrets, null, 2)}\n`);
}
