import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../platform/config/environment.js";
import { Refusal } from "../../platform/process/refusal.js";
import { sendSignal, writePidFile } from "./processIdentity.js";
import { ProcessOutput } from "./processOutput.js";
import { projectRoot } from "./projectRoot.js";
import { findStartProblem, type Readiness } from "./readiness.js";

const readySecondsDefault = 120;
/** Longer than any process of ours gives itself, so that it can end in its own way. */
const graceSecondsDefault = 30;

/** What to run, how it shows that it is ready, and how long it may take to stop. */
export interface ProcessSpec {
  /** Names its log and pid file. */
  readonly name: string;
  /** Has to run to its end first. */
  readonly before?: ProcessSpec | undefined;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Environment;
  readonly readiness: Readiness;
  readonly readySeconds?: number;
  readonly graceSeconds?: number;
}

/** Where processes leave their files, and who is told when one of them logs an error. */
export interface Surroundings {
  readonly logFolder: string;
  readonly pidFolder: string;
  readonly say: (line: string) => void;
}

/** A started process. It leads a process group of its own, so that Ctrl-C does not reach it. */
export class RunningProcess {
  /** Rejects with a Refusal when it ends, or its time is over, before it is ready. */
  readonly ready: Promise<void>;
  /** How it ended: "code 1", "signal SIGKILL". Never rejects. */
  readonly ended: Promise<string>;
  readonly #spec: ProcessSpec;
  readonly #child: ChildProcess;
  readonly #output: ProcessOutput;
  #hasEnded = false;

  constructor(spec: ProcessSpec, { logFolder, pidFolder, say }: Surroundings) {
    this.#spec = spec;
    this.#output = new ProcessOutput(spec.name, logFolder, say);
    this.#child = spawn(spec.command, spec.args, {
      cwd: projectRoot,
      env: spec.environment,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", ...(spec.readiness === "message" ? ["ipc" as const] : [])],
    });
    this.#output.collect(this.#child);
    this.ended = this.#watch(join(pidFolder, `${spec.name}.pid`));
    this.ready = this.#becomeReady();
    this.ready.catch(() => undefined); // Whoever waits for it gets the reason; nobody has to wait.
  }

  get logPath(): string {
    return this.#output.logPath;
  }

  /** Asks it to end; after the grace makes it end, and with it whatever it started. */
  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (this.#hasEnded || pid === undefined) return;
    sendSignal(pid, "SIGTERM");
    const hasEnded = new AbortController();
    const graceMs = (this.#spec.graceSeconds ?? graceSecondsDefault) * 1000;
    delay(graceMs, undefined, { signal: hasEnded.signal }).then(
      () => this.kill(),
      () => undefined,
    );
    await this.ended;
    hasEnded.abort();
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid !== undefined && !this.#hasEnded) sendSignal(-pid, "SIGKILL");
  }

  async #watch(pidFile: string): Promise<string> {
    if (this.#child.pid !== undefined) writePidFile(pidFile, this.#child.pid);
    // What it had started must not outlive it, nor hold its output open.
    this.#child.once("exit", () => this.kill());
    const reason = await endOf(this.#child);
    this.#hasEnded = true;
    this.#output.close();
    rmSync(pidFile, { force: true });
    return reason;
  }

  async #becomeReady(): Promise<void> {
    const { name, readiness, readySeconds: seconds = readySecondsDefault } = this.#spec;
    const problem = await findStartProblem(this.#child, this.ended, { readiness, seconds });
    if (problem === undefined) return;
    const { lastWords, logPath } = this.#output;
    throw new Refusal(
      `${name} could not start: ${problem}. Its log, ${logPath}, ends:${lastWords}`,
    );
  }
}

/** Waits until the process is gone and all it wrote is read. */
async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, "close");
    return signal === null ? `code ${code}` : `signal ${signal}`;
  } catch (error) {
    return `"${error instanceof Error ? error.message : String(error)}"`;
  }
}
