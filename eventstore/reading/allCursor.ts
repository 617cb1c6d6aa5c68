import { positionOf } from "../storage/eventRecord.js";
import type { Direction, EventDatabase, Page } from "../storage/lmdbDatabase.js";
import type { Cursor } from "./cursor.js";

const nothing: Page = { records: [], isEnd: true };

/** `last` is the position at which the cursor ends; a subscription's never does. */
export interface AllCursorOptions {
  readonly direction: Direction;
  /** The first position to read, itself included. */
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads `$all`: every event, in the order of the commits. */
export class AllCursor implements Cursor {
  readonly #database: EventDatabase;
  readonly #direction: Direction;
  readonly #last: bigint;
  #next: bigint;

  constructor(database: EventDatabase, { direction, first, last }: AllCursorOptions) {
    this.#database = database;
    this.#direction = direction;
    this.#next = first;
    this.#last = last;
  }

  nextPage(eventsMax: number): Page {
    const isForwards = this.#direction === "forwards";
    if (isForwards ? this.#next > this.#last : this.#next < this.#last) return nothing;
    const range = { direction: this.#direction, first: this.#next, last: this.#last };
    const page = this.#database.readLog(range, eventsMax);
    const lastRecord = page.records.at(-1);
    if (lastRecord) this.#next = positionOf(lastRecord) + (isForwards ? 1n : -1n);
    return page;
  }
}
