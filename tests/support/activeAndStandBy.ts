import { spawnSync } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { runScript, type Terminal } from "./terminal.js";
import { environmentOf } from "./toolEnvironment.js";
import type { World } from "./world.js";

/** A process of which one is active, as its supervisor starts it. */
export interface Running {
  readonly terminal: Terminal;
  readonly pid: number;
  /** It takes no step until it wakes; its connections stay open. */
  stop(): void;
  wake(): void;
}

export type Settings = Readonly<Record<string, string>>;

/** Two of them on one ledger: the first is at work, the second waits for its end. */
export async function startActiveAndStandBy(
  world: World,
  file: string,
  { both = {}, active = {} }: { both?: Settings; active?: Settings } = {},
): Promise<{ active: Running; standBy: Running }> {
  const first = start(world, file, { ...both, ...active });
  await first.terminal.line(/"msg":"ready"/);
  const second = start(world, file, both);
  await second.terminal.line(/"msg":"another process is active; standing by"/);
  return { active: first, standBy: second };
}

function start(world: World, file: string, settings: Settings): Running {
  const env = { ...environmentOf(world), METRICS_PORT: "0", ...settings };
  const terminal = runScript(file, [], { env });
  const { pid } = terminal.child;
  if (pid === undefined) throw new Error(`${file} did not start.`);
  const wake = (): void => void process.kill(pid, "SIGCONT");
  onTestFinished(() => {
    if (terminal.child.exitCode === null) wake();
  });
  return { terminal, pid, stop: () => void process.kill(pid, "SIGSTOP"), wake };
}

/** The stand-by is told of its turn by nobody but MySQL. Returns the seconds that it took. */
export async function takeOver({ terminal }: Running): Promise<number> {
  const startedAt = performance.now();
  await terminal.line(/"msg":"ready"/);
  return (performance.now() - startedAt) / 1000;
}

/** Until a process that was told to stop takes no step any more. */
export async function hasStopped(pid: number): Promise<void> {
  const stateOf = () => spawnSync("ps", ["-o", "state=", "-p", String(pid)], { encoding: "utf8" });
  while (!stateOf().stdout.startsWith("T")) await pause(20);
}
