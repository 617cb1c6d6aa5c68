import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, onTestFinished } from "vitest";

/** A store in a process of its own, to be watched, starved and killed. */
export interface StoreProcess {
  /** Process id of the store itself, not of the program it runs under. */
  readonly pid: number;
  readonly port: number;
  readonly url: string;
  /** What it has written to standard error so far. */
  readonly errors: () => string;
  /** As a power cut would: nothing is finished, nothing is said. Resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** As the supervisor does. Resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Resolves when it has ended by itself. */
  readonly ended: () => Promise<void>;
}

let folder = "";
const program = (): string => join(folder, "store.cjs");

/**
 * Makes one file of the store for the tests of this file. It starts in a quarter of the time that
 * main.ts takes through tsx, and some tests start it often.
 */
export function storeProgram(): void {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "event-store-program-"));
    buildSync({
      entryPoints: ["eventstore/main.ts"],
      outfile: program(),
      bundle: true,
      platform: "node",
      external: ["lmdb"], // It looks for its binary beside itself.
      // The store asks where its own files are only to verify, which is not run here.
      define: { "import.meta.url": JSON.stringify(pathToFileURL(program()).href) },
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));
}

/** `under` is a command that runs the store, such as strace with its options. */
export async function startStoreProcess(
  dataDir: string,
  under: readonly string[] = [],
): Promise<StoreProcess> {
  const store = [process.execPath, program(), "--data", dataDir, "--port", "0"];
  const [command = "", ...args] = [...under, ...store];
  const child = spawn(command, args, {
    stdio: ["ignore", "inherit", "pipe", "ipc"],
    env: { ...process.env, NODE_PATH: resolve("node_modules") },
  });
  const exited = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  const errors = textOf(child);
  const port = await Promise.race([readyPort(child), exited.then(() => undefined)]);
  if (port === undefined) throw new Error(`The store did not start: ${errors()}`);
  const pid = under.length === 0 ? Number(child.pid) : childOf(Number(child.pid));
  if (under.length > 0) onTestFinished(() => endIfRunning(pid));
  return {
    pid,
    port,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    errors,
    kill: async () => {
      process.kill(pid, "SIGKILL");
      await exited;
    },
    ended: async () => void (await exited),
    stop: async () => {
      process.kill(pid, "SIGTERM");
      return (await exited)[0];
    },
  };
}

async function readyPort(child: ChildProcess): Promise<number> {
  const [message] = await once(child, "message");
  return message.port;
}

function textOf(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  return () => text;
}

/** Linux only, as are the programs that a store is run under. */
function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  if (!child) throw new Error(`Process ${pid} runs no store.`);
  return Number(child);
}

/** A program that is killed leaves the store it ran to live on. */
function endIfRunning(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}
