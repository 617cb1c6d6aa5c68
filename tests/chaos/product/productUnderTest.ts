import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Demo, makeDemo } from "../../../scripts/demo.js";
import { type Installation, planInstallation } from "../../../scripts/supervisor/installation.js";
import { findRunning } from "../../../scripts/supervisor/processIdentity.js";
import { reservePort } from "../../../scripts/supervisor/reservePort.js";
import { startInstallation } from "../../../scripts/supervisor/startInstallation.js";
import { Supervisor } from "../../../scripts/supervisor/supervisor.js";
import { mountProblem, mountSmallDisk, type SmallDisk } from "../smallDisk.js";

/** All that `npm start` keeps running. */
export const processNames = [
  "mariaDb",
  "redis",
  "eventStore",
  "mailCatcher",
  "api",
  "projector",
  "workers",
  "scheduler",
  "gpuNode",
] as const;
export type ProcessName = (typeof processNames)[number];

export interface ProductUnderTest {
  readonly folder: string;
  readonly installation: Installation;
  readonly accounts: readonly Demo[];
  /** What MariaDB writes to; undefined where it is on the disk of everything else. */
  readonly databaseDisk: SmallDisk | undefined;
  /** Undefined while it is down. */
  pidOf(name: ProcessName): number | undefined;
  /** Processes that ended and are not ready again. */
  down(): readonly string[];
  stop(): Promise<void>;
  remove(): void;
}

const unlimited = ["address", "account", "generate", "donate", "node"]
  .map((name) => `${name}=1000000/60`)
  .join();
const others = "register=1000000/60,sign-in=1000000/60,webhook=1000000/60";
const accountCount = 4;
/** Room for hundreds of rounds. */
const databaseDiskBytes = 1024 ** 3;

export interface ProductOptions {
  readonly settings: Readonly<Record<string, string>>;
  /** Gives MariaDB a disk that can be filled, where this process may make one. */
  readonly mayFillDisk: boolean;
}

/** The product as `npm start` runs it, on a folder of its own, with accounts that may make loops. */
export async function startProductUnderTest({
  settings,
  mayFillDisk,
}: ProductOptions): Promise<ProductUnderTest> {
  process.umask(0o077);
  const folder = mkdtempSync(join(tmpdir(), "obsidian-chaos-"));
  const down = new Set<string>();
  const supervisor = new Supervisor(folder, (line) => noteEnd(line, down));
  let databaseDisk: SmallDisk | undefined;
  const stop = async () => {
    await supervisor.stop();
    databaseDisk?.remove();
  };
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const installation = await planInstallation(folder, await reservePort(), {
      ...process.env,
      RATE_LIMITS: `${unlimited},${others}`,
      DAILY_GENERATION_LIMIT: "10000",
      ...settings,
    });
    if (mayFillDisk) databaseDisk = mountDatabaseDisk(folder);
    await startInstallation(installation, supervisor);
    const accounts: Demo[] = [];
    for (let n = 0; n < accountCount; n += 1) {
      accounts.push(await makeDemo(installation.config, folder));
    }
    return {
      folder,
      installation,
      accounts,
      pidOf: (name) => findRunning(join(folder, "pids", `${name}.pid`)),
      down: () => [...down],
      databaseDisk,
      stop,
      remove,
    };
  } catch (error) {
    await stop();
    remove();
    throw error;
  }
}

function mountDatabaseDisk(folder: string): SmallDisk | undefined {
  if (mountProblem() !== undefined) return undefined;
  const path = join(folder, "mariadb");
  mkdirSync(path);
  return mountSmallDisk(path, databaseDiskBytes);
}

/** As the supervisor says it: "api ended with signal SIGKILL; …", "api runs again." */
function noteEnd(line: string, down: Set<string>): void {
  const [, ended] = /^(\w+) ended with /.exec(line) ?? [];
  const [, back] = /^(\w+) runs again\.$/.exec(line) ?? [];
  if (ended !== undefined) down.add(ended);
  if (back !== undefined) down.delete(back);
}
