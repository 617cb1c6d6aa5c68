import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { databaseFile } from "../../../eventstore/storage/dataFolder.js";
import { until } from "../../../scripts/supervisor/until.js";
import type { ProcessName, ProductUnderTest } from "./productUnderTest.js";

/** Something that goes wrong. `strike` resolves when it is over, which leaves the product to recover. */
export interface Fault {
  readonly kind: string;
  strike(product: ProductUnderTest, lastsMs: number): Promise<void>;
}

const victims: readonly ProcessName[] = [
  "gpuNode",
  "api",
  "projector",
  "workers",
  "scheduler",
  "eventStore",
  "redis",
  "mariaDb",
  "mailCatcher",
];

const runningMsMax = 40_000;

/** A part that was struck a moment ago may be on its way back. */
async function running(product: ProductUnderTest, name: ProcessName): Promise<number> {
  let pid: number | undefined;
  const find = () => {
    pid = product.pidOf(name);
    return pid !== undefined;
  };
  await until(find, { withinMs: runningMsMax });
  if (pid === undefined) throw new Error(`${name} did not come back.`);
  return pid;
}

/** It may have ended by itself, such as when what it needs was away. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone.
  }
}

const killed = (name: ProcessName): Fault => ({
  kind: `kill -9 ${name}`,
  strike: async (product) => signal(await running(product, name), "SIGKILL"),
});

const frozen = (name: ProcessName): Fault => ({
  kind: `SIGSTOP ${name}`,
  async strike(product, lastsMs) {
    const pid = await running(product, name);
    signal(pid, "SIGSTOP");
    await pause(lastsMs);
    signal(pid, "SIGCONT");
  },
});

const emptied: Fault = {
  kind: "FLUSHALL redis",
  async strike(product) {
    await running(product, "redis");
    const redis = new Redis(product.installation.config.redisUrl, { maxRetriesPerRequest: 20 });
    redis.on("error", () => undefined);
    await redis.flushall();
    redis.disconnect();
  },
};

/**
 * No file of the process may grow beyond so many bytes, as on a full disk; works for whoever owns it,
 * on Linux.
 */
const full = (name: ProcessName, bytesOf: (folder: string) => number): Fault => ({
  kind: `disk full for ${name}`,
  async strike(product, lastsMs) {
    const pid = await running(product, name);
    limitFiles(pid, String(bytesOf(product.folder)));
    await pause(lastsMs);
    if (product.pidOf(name) === pid) limitFiles(pid, "unlimited");
  },
});

function limitFiles(pid: number, bytes: string): void {
  execFileSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:`], { stdio: "ignore" });
}

const noRoom = (): number => 16;
/** The log is one file that grows; what is within it already can be written. */
const asTheLogIs = (folder: string): number =>
  statSync(databaseFile(join(folder, "eventstore"))).size;

const ofDisks: readonly Fault[] = [
  full("api", noRoom),
  full("mailCatcher", noRoom),
  full("redis", noRoom),
  full("eventStore", asTheLogIs),
];

/** MariaDB keeps its files within what they have been given, so it takes a disk that is really full. */
const fullForDatabase: Fault = {
  kind: "disk full for mariaDb",
  async strike({ databaseDisk }, lastsMs) {
    if (databaseDisk === undefined) throw new Error("MariaDB has no disk that can be filled.");
    databaseDisk.fill();
    await pause(lastsMs);
    databaseDisk.makeRoom();
  },
};

/** Every kind there is on this machine. */
export const faultsOf = ({ databaseDisk }: Pick<ProductUnderTest, "databaseDisk">): Fault[] => [
  ...victims.map(killed),
  ...victims.map(frozen),
  emptied,
  ...(process.platform === "linux" ? ofDisks : []),
  ...(databaseDisk === undefined ? [] : [fullForDatabase]),
];
