import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../platform/process/refusal.js";
import { endGuard, startGuard } from "./guard.js";
import { type Backoff, backoffDefault, KeptProcess } from "./keptProcess.js";
import { stopLeftoversIn } from "./processIdentity.js";
import { type ProcessSpec, RunningProcess, type Surroundings } from "./runningProcess.js";

/** What the supervisor may have to end. */
type Stoppable = Pick<KeptProcess, "stop" | "kill">;

/** Starts processes in the order they are given, keeps them running, stops them in reverse order. */
export class Supervisor {
  readonly #dataDir: string;
  readonly #surroundings: Surroundings;
  readonly #backoff: Backoff;
  readonly #started: Stoppable[] = [];
  #isGuarded = false;
  #isStopping = false;

  /** `say` shows a line to the person at the terminal. */
  constructor(dataDir: string, say: (line: string) => void, backoff: Backoff = backoffDefault) {
    this.#dataDir = dataDir;
    const folder = (name: string) => join(dataDir, name);
    this.#surroundings = { logFolder: folder("logs"), pidFolder: folder("pids"), say };
    this.#backoff = backoff;
    for (const path of [this.#surroundings.logFolder, this.#surroundings.pidFolder]) {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    }
  }

  /** Ends what an earlier supervisor, killed before it could stop anything, left running. */
  async stopLeftovers(): Promise<void> {
    endGuard(this.#dataDir);
    await stopLeftoversIn(this.#surroundings.pidFolder);
  }

  /**
   * Resolves when it is ready. It is kept running from then on, unless its readiness is to "exit":
   * such a process does its work once. @throws Refusal with its last words
   */
  async start(spec: ProcessSpec): Promise<void> {
    if (spec.before !== undefined) await this.start(spec.before);
    if (this.#isStopping) throw new Refusal("Stopped before everything was started.");
    this.#guard();
    this.#surroundings.say(`Starting ${spec.name} …`);
    if (spec.readiness === "exit") {
      const once = new RunningProcess(spec, this.#surroundings);
      this.#started.push(once);
      return once.ready;
    }
    const kept = new KeptProcess(spec, this.#surroundings, this.#backoff);
    this.#started.push(kept);
    return kept.start();
  }

  /** The last started stops first: each still has what it needs while it finishes its work. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const started of this.#started.toReversed()) await started.stop();
    endGuard(this.#dataDir);
  }

  /** For who cannot wait: whatever still runs ends now. The data bears it, unsent work is redone. */
  kill(): void {
    this.#isStopping = true;
    for (const started of this.#started) started.kill();
    endGuard(this.#dataDir);
  }

  #guard(): void {
    if (this.#isGuarded) return;
    this.#isGuarded = true;
    startGuard(this.#dataDir);
  }
}
