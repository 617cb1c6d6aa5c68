import type { Lookup, StoredEntry } from "./storedEvents.js";

/** A table together with writes that are not in it yet; the later of two with one key counts. */
export class StagedTable implements Lookup {
  readonly #table: Lookup;
  readonly #writes = new Map<string, StoredEntry>();

  constructor(table: Lookup) {
    this.#table = table;
  }

  get(key: Buffer): Buffer | undefined {
    return this.#writes.get(textOf(key))?.value ?? this.#table.get(key);
  }

  /** Only what is stored: what is staged cannot have been damaged. */
  beside(key: Buffer, side: "before" | "after"): Iterable<StoredEntry> {
    return this.#table.beside(key, side);
  }

  put(key: Buffer, value: Buffer): void {
    this.#writes.set(textOf(key), { key, value });
  }

  get writeCount(): number {
    return this.#writes.size;
  }

  get writes(): Iterable<StoredEntry> {
    return this.#writes.values();
  }
}

/** A map compares text by content, but buffers by identity. */
const textOf = (key: Buffer): string => key.toString("latin1");
