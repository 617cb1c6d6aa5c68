import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

const bytesMaxDefault = 5 * 1024 ** 2;

/**
 * A log of limited size: when it is full it becomes `<path>.1`, in place of the one before. Written
 * at once, so that the last words of a crash are on disk.
 */
export class LogFile {
  readonly path: string;
  readonly #bytesMax: number;
  #file: number;
  #bytes: number;

  constructor(path: string, bytesMax = bytesMaxDefault) {
    this.path = path;
    this.#bytesMax = bytesMax;
    this.#file = openSync(path, "a", 0o600);
    this.#bytes = fstatSync(this.#file).size;
  }

  write(line: string): void {
    if (this.#bytes >= this.#bytesMax) this.#rotate();
    this.#bytes += writeSync(this.#file, `${line}\n`);
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.path, `${this.path}.1`);
    this.#file = openSync(this.path, "a", 0o600);
    this.#bytes = 0;
  }

  close(): void {
    closeSync(this.#file);
  }
}
