import { spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { launcher } from "../../platform/process/launcher.js";
import { findRunning, sendSignal, writePidFile } from "./processIdentity.js";
import { projectRoot } from "./projectRoot.js";

/**
 * Its input ends with the supervisor, also with one that is killed. Only then does it run anything: a
 * shell takes 1 MB for waiting. The last command keeps it from becoming the one before, by which it
 * would no longer be known.
 */
const waitThenRun = `while read -r _; do :; done; "$@"; exit 0`;

const pidFileOf = (dataDir: string): string => join(dataDir, "guard.pid");

/**
 * Servers such as MariaDB don't notice when whoever started them is gone, and would hold their port
 * and memory for ever. This ends them when nobody else can. Not on Windows, which has no shell.
 */
export function startGuard(dataDir: string): void {
  const run = [process.execPath, launcher, "scripts/supervisor/guardMain.ts", dataDir];
  const guard = spawn("/bin/sh", ["-c", waitThenRun, "sh", ...run], {
    cwd: projectRoot,
    env: { PATH: process.env["PATH"] },
    // In a group of its own: Ctrl-C must not reach it.
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without it, the next start in this folder ends what is left.
  guard.once("error", () => undefined);
  guard.unref();
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  if (guard.pid !== undefined) writePidFile(pidFileOf(dataDir), guard.pid);
}

/** Whoever ends everything themselves needs no guard, nor one of before that does the same. */
export function endGuard(dataDir: string): void {
  const pid = findRunning(pidFileOf(dataDir));
  if (pid !== undefined) sendSignal(-pid, "SIGKILL");
}
