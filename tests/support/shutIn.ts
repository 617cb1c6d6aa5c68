import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import {
  killShutIn,
  type Sandbox,
  type SandboxLimits,
  shutIn,
  withOutput,
} from "../../platform/audio/sandbox.js";

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly printed: string;
}

/** Runs a script of bash where FFmpeg would run: what its words can do, a broken FFmpeg could. */
export function startShutIn(
  sandbox: Sandbox,
  limits: SandboxLimits,
  { script, outputFile = "/dev/null" }: { script: string; outputFile?: string },
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const [program = "", ...words] = withOutput(outputFile, shutIn(sandbox, limits, "bash"));
  return start(program, [...words, "-c", script]);
}

/** The same script as anybody runs it, which shows that it tries what it says. */
export const startInTheOpen = (script: string) => start("bash", ["-c", script]);

function start(program: string, words: readonly string[]) {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => killShutIn(child));
  return { child, ended: endOf(child) };
}

async function endOf(child: ChildProcess): Promise<Ended> {
  const outputs = [child.stdout, child.stderr].map((each) => (each ? text(each) : ""));
  const [[code, signal], printed] = await Promise.all([once(child, "close"), Promise.all(outputs)]);
  return { code, signal, printed: printed.join("") };
}

/** All that a process started and what those started, as they are now. Linux only. */
export const descendantsOf = (pid: string): readonly string[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);

/** None of a process that has just ended. */
export function childrenOf(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean),
    );
  } catch {
    return [];
  }
}
