import { pageBytesMax, pageEventsMax } from "../limits.js";
import { DamagedIndexError } from "../storage/damage.js";
import { type EventRecord, positionOf, typeOf } from "../storage/eventRecord.js";
import { type Direction, type EventDatabase, type Page, within } from "../storage/lmdbDatabase.js";
import {
  firstPositionOf,
  type TypeBlock,
  typeBlockEvents,
  typeBlockOf,
} from "../storage/typeBlock.js";
import type { AllCursorOptions } from "./allCursor.js";
import type { Cursor } from "./cursor.js";
import { type EventFilter, isMatch, isTextMatch } from "./eventFilter.js";

export interface FilteredPage extends Page {
  /** The position that was looked at last, shown or not; undefined if there was nothing to look at. */
  readonly lastSeen: bigint | undefined;
}

const nothing: FilteredPage = { records: [], isEnd: true, lastSeen: undefined };

/**
 * Reads of `$all` what a filter shows. By type it reads nothing else, wherever the index of types
 * says which events those are; a page is part of one of its blocks.
 */
export class FilteredCursor implements Cursor {
  readonly #database: EventDatabase;
  readonly #filter: EventFilter;
  readonly #direction: Direction;
  readonly #last: bigint;
  #next: bigint;

  constructor(database: EventDatabase, filter: EventFilter, options: AllCursorOptions) {
    this.#database = database;
    this.#filter = filter;
    this.#direction = options.direction;
    this.#next = options.first;
    this.#last = options.last;
  }

  /** Shows so many events at most. Where it has to read them all, it reads a page of them. */
  nextPage(eventsMax: number): FilteredPage {
    const { first, last } = within(
      { direction: this.#direction, first: this.#next, last: this.#last },
      1n,
      this.#database.lastPosition(),
    );
    if (this.#isForwards ? first > last : first < last) return nothing;
    this.#next = first;
    const block = this.#filter.on === "eventType" ? this.#findBlock() : undefined;
    const page = block ? this.#readBlock(block, last, eventsMax) : this.#readLog(last, eventsMax);
    const { lastSeen } = page;
    this.#next = lastSeen + (this.#isForwards ? 1n : -1n);
    return { ...page, isEnd: lastSeen === last };
  }

  get #isForwards(): boolean {
    return this.#direction === "forwards";
  }

  #findBlock(): TypeBlock | undefined {
    return this.#database.findTypeBlock(typeBlockOf(this.#next));
  }

  #readBlock({ types, typeAt }: TypeBlock, last: bigint, eventsMax: number) {
    const isShown = types.map((type) => isTextMatch(this.#filter, type));
    const firstOfBlock = firstPositionOf(typeBlockOf(this.#next));
    const step = this.#isForwards ? 1 : -1;
    const lastAt = Math.min(Math.max(Number(last - firstOfBlock), 0), typeBlockEvents - 1);
    const records: EventRecord[] = [];
    let bytes = 0;
    let at = Number(this.#next - firstOfBlock);
    for (; at !== lastAt + step; at += step) {
      const type = typeAt[at] ?? -1;
      if (!isShown[type]) continue;
      const record = this.#recordOf(firstOfBlock + BigInt(at), types[type]);
      bytes += record.length;
      if (records.push(record) === eventsMax || bytes >= pageBytesMax) break;
    }
    const lastSeenAt = at === lastAt + step ? lastAt : at;
    return { records, lastSeen: firstOfBlock + BigInt(lastSeenAt) };
  }

  #recordOf(position: bigint, type: string | undefined): EventRecord {
    const record = this.#database.record(position);
    if (typeOf(record) === type) return record;
    throw new DamagedIndexError("it names another type of event", position);
  }

  #readLog(last: bigint, eventsMax: number) {
    const range = { direction: this.#direction, first: this.#next, last };
    const { records } = this.#database.readLog(range, pageEventsMax);
    const shown = records.filter((record) => isMatch(this.#filter, record));
    const lastRecord = shown[eventsMax - 1] ?? records.at(-1);
    return {
      records: shown.slice(0, eventsMax),
      lastSeen: lastRecord ? positionOf(lastRecord) : last,
    };
  }
}
