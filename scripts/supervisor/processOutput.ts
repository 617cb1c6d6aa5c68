import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findError } from "./errorLine.js";
import { LogFile } from "./logFile.js";

const lastLinesMax = 15;

/** What a process writes: all of it into its log, errors also to the terminal. */
export class ProcessOutput {
  readonly logPath: string;
  readonly #log: LogFile;
  readonly #lastLines: string[] = [];
  readonly #sayError: (error: string) => void;

  constructor(name: string, logFolder: string, say: (line: string) => void) {
    this.logPath = join(logFolder, `${name}.log`);
    this.#log = new LogFile(this.logPath);
    this.#sayError = (error) => say(`${name}: ${error}`);
  }

  /** Ends by itself when the process has closed its output. */
  collect({ stdout, stderr }: ChildProcess): void {
    for (const input of [stdout, stderr]) {
      if (input !== null) createInterface({ input }).on("line", (line) => this.#take(line));
    }
  }

  close(): void {
    this.#log.close();
  }

  /** For a report of why it ended: indented, the newest last. */
  get lastWords(): string {
    return this.#lastLines.map((line) => `\n  ${line}`).join("");
  }

  #take(line: string): void {
    this.#log.write(line);
    this.#lastLines.push(line);
    if (this.#lastLines.length > lastLinesMax) this.#lastLines.shift();
    const error = findError(line);
    if (error !== undefined) this.#sayError(error);
  }
}
