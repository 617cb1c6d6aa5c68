import { revisionOf } from "../storage/eventRecord.js";
import type { Direction, EventDatabase, Page } from "../storage/lmdbDatabase.js";
import { stateOf } from "../storage/streamHead.js";
import { addressOf, type StreamAddress } from "../storage/streamName.js";
import type { Cursor } from "./cursor.js";
import { firstVisibleRevision, isYoungEnough } from "./visibility.js";

const nothing: Page = { records: [], isEnd: true };

export interface StreamCursorOptions {
  readonly stream: string;
  readonly direction: Direction;
  /** The first revision to read, itself included. */
  readonly first: bigint;
  /** Forwards only: the revision at which the cursor ends. */
  readonly last: bigint;
}

/** Reads the events of one stream that its metadata, as it is at the moment, lets be seen. */
export class StreamCursor implements Cursor {
  readonly #database: EventDatabase;
  readonly #nowTicks: () => bigint;
  readonly #address: StreamAddress;
  readonly #direction: Direction;
  readonly #last: bigint;
  #next: bigint;

  constructor(database: EventDatabase, nowTicks: () => bigint, options: StreamCursorOptions) {
    this.#database = database;
    this.#nowTicks = nowTicks;
    this.#address = addressOf(options.stream);
    this.#direction = options.direction;
    this.#next = options.first;
    this.#last = options.last;
  }

  nextPage(eventsMax: number): Page {
    const { base, track } = this.#address;
    const head = this.#database.findHead(base);
    if (head === undefined) return nothing;
    const state = stateOf(head, track);
    const lowest = firstVisibleRevision(state);

    const isForwards = this.#direction === "forwards";
    const first = isForwards && lowest > this.#next ? lowest : this.#next;
    const last = isForwards ? this.#last : lowest;
    if (isForwards ? first > last : first < last) return nothing;

    const range = { direction: this.#direction, first, last };
    const { records, isEnd } = this.#database.readStream(head, track, range, eventsMax);
    const lastRecord = records.at(-1);
    if (lastRecord) this.#next = revisionOf(lastRecord) + (isForwards ? 1n : -1n);
    const now = this.#nowTicks();
    return { records: records.filter((record) => isYoungEnough(state.bounds, record, now)), isEnd };
  }
}
