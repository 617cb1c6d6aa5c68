import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "./dataFolder.js";
import { until } from "./until.js";

const killAfterMs = 30_000;
const goneAfterMs = 5_000;

/**
 * The command line of a running process, undefined when there is none. A pid alone identifies
 * nothing: after a crash or a restart of the machine another process may have it.
 */
function commandLineOf(pid: number): string | undefined {
  if (existsSync("/proc/self/cmdline")) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8") || undefined; // A zombie's is empty.
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() || undefined;
}

export const isRunning = (pid: number): boolean => commandLineOf(pid) !== undefined;

/** Remembers who a process is, in a file that outlives whoever started it. */
export function writePidFile(path: string, pid: number): void {
  writePrivateFile(path, `${pid}\n${commandLineOf(pid) ?? ""}`);
}

/** The pid that a file names, if that very process still runs. */
export function findRunning(path: string): number | undefined {
  if (!existsSync(path)) return undefined;
  const [pid = "", ...commandLine] = readFileSync(path, "utf8").split("\n");
  return commandLineOf(Number(pid)) === commandLine.join("\n") ? Number(pid) : undefined;
}

/** Ends a process that a killed supervisor left behind: politely first, with its children after. */
async function stopLeftover(pidFile: string): Promise<void> {
  const pid = findRunning(pidFile);
  if (pid !== undefined) {
    const isGone = () => findRunning(pidFile) === undefined;
    sendSignal(pid, "SIGTERM");
    if (!(await until(isGone, { withinMs: killAfterMs }))) {
      sendSignal(-pid, "SIGKILL");
      await until(isGone, { withinMs: goneAfterMs });
    }
  }
  rmSync(pidFile, { force: true });
}

/** Of a folder of pid files. The last started ends first: each still has what it needs. */
export async function stopLeftoversIn(pidFolder: string): Promise<void> {
  const pidFiles = readdirSync(pidFolder).map((name) => join(pidFolder, name));
  const startedAt = (path: string): number => statSync(path).mtimeMs;
  const lastFirst = pidFiles.toSorted((one, other) => startedAt(other) - startedAt(one));
  for (const pidFile of lastFirst) await stopLeftover(pidFile);
}

/** A negative pid means the process group. Nothing to signal is what we wanted anyway. */
export function sendSignal(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended on its own.
  }
}
