import type { Lookup } from "./storedEvents.js";

export interface StagedWrite {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** A table together with writes that are not in it yet; the later of two with one key counts. */
export class StagedTable implements Lookup {
  readonly #table: Lookup;
  readonly #writes = new Map<string, StagedWrite>();

  constructor(table: Lookup) {
    this.#table = table;
  }

  get(key: Buffer): Buffer | undefined {
    return this.#writes.get(textOf(key))?.value ?? this.#table.get(key);
  }

  put(key: Buffer, value: Buffer): void {
    this.#writes.set(textOf(key), { key, value });
  }

  get writes(): Iterable<StagedWrite> {
    return this.#writes.values();
  }
}

/** A map compares text by content, but buffers by identity. */
const textOf = (key: Buffer): string => key.toString("latin1");
