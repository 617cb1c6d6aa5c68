import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

const lineSecondsMax = 120;

/** A command as a person at a terminal sees it: lines come, keys send signals, it ends with a code. */
export class Terminal {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  readonly #news = new EventEmitter();
  #hasEnded = false;

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    const read: Promise<unknown>[] = [];
    for (const input of [this.child.stdout, this.child.stderr]) {
      if (input === null) continue;
      createInterface({ input }).on("line", (line) => this.#take(line));
      read.push(once(input, "close"));
    }
    this.ended = this.#end(read);
  }

  get output(): string {
    return this.lines.join("\n");
  }

  /** The first line that matches, now or later. Fails when the command ends without it. */
  async line(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(lineSecondsMax * 1000);
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.#hasEnded || signal.aborted) throw new Error(`No ${pattern} in:\n${this.output}`);
      await once(this.#news, "news", { signal }).catch(() => undefined);
    }
  }

  async #end(read: Promise<unknown>[]): Promise<number | string> {
    const [code, signal] = await once(this.child, "exit");
    await Promise.all(read);
    this.#hasEnded = true;
    this.#news.emit("news");
    return signal ?? code;
  }

  #take(line: string): void {
    this.lines.push(line);
    this.#news.emit("news");
  }
}

/** Runs a TypeScript or plain JavaScript file; ended for certain when the test is. */
export function runScript(
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): Terminal {
  const loader = file.endsWith(".ts") ? ["--import", "tsx"] : [];
  const terminal = new Terminal(process.execPath, [...loader, file, ...args], options);
  onTestFinished(() => void terminal.child.kill("SIGKILL"));
  return terminal;
}
