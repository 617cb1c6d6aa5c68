import { pageBytesMax } from "../limits.js";
import { checkedValue } from "./checkedValue.js";
import { DamagedIndexError } from "./damage.js";
import { BrokenDatabaseError, DiskRefusalError } from "./diskRefusal.js";
import { type EventRecord, revisionOf } from "./eventRecord.js";
import { revisionKey, uint64Bytes } from "./keys.js";
import {
  endOf,
  lookups,
  type OpenTables,
  openTables,
  storedBlocks,
  storedLastPosition,
  type Table,
} from "./lmdbTables.js";
import { type LogEnd, StagedEvents } from "./stagedEvents.js";
import {
  decodeStreamEntry,
  intact,
  type Lookup,
  StoredEvents,
  type Tables,
} from "./storedEvents.js";
import { revisionMax, type StreamHead } from "./streamHead.js";
import type { Track } from "./streamName.js";

/** Some records in reading order. `isEnd`: the range asked for holds no more for now. */
export interface Page {
  readonly records: readonly EventRecord[];
  readonly isEnd: boolean;
}

export type Direction = "forwards" | "backwards";

/** Both ends are part of it; reading backwards starts at `first`, the higher one. */
export interface Range {
  readonly direction: Direction;
  readonly first: bigint;
  readonly last: bigint;
}

/** What a page is read from. Every number of the range must be there. */
interface Source {
  readonly table: Table;
  readonly range: Range;
  readonly keyOf: (number: bigint) => Buffer;
  /** The record found under a number's key; `stored` is undefined if there was nothing. */
  readonly recordOf: (number: bigint, stored: Buffer | undefined) => EventRecord;
}

interface LogRead extends Range {
  readonly eventsMax: number;
}

const tableNames = ["log", "names", "streams", "types"] as const;

/** Opens the database in a folder, and makes it if there is none. */
export function openEventDatabase(path: string): EventDatabase {
  return new EventDatabase(openTables(path, "readWrite"));
}

/**
 * The log and its indexes in LMDB, for the process that writes them. Positions and revisions have
 * no gaps: what is missing among them, or before their known end, was lost, and is reported like
 * what was changed.
 */
export class EventDatabase extends StoredEvents {
  readonly #tables: OpenTables;
  readonly #lookups: Tables<Lookup>;
  #end: LogEnd;
  #lastRead: (LogRead & { readonly page: Page }) | undefined;

  constructor(tables: OpenTables) {
    const byKey = lookups(tables, {});
    super(byKey);
    this.#lookups = byKey;
    this.#tables = tables;
    this.#end = endOf(tables);
  }

  /**
   * Zero if the log is empty: the first event is at position 1. LMDB shows a commit a moment
   * before it announces it to its writer: from then on $all shows it too, as the streams do.
   */
  lastPosition(): bigint {
    const announced = this.#end.position;
    const stored = storedLastPosition(this.#tables.log);
    if (stored > announced) return stored;
    return announced;
  }

  /** How many blocks the index of types has; they have no gaps. */
  typeBlocks(): bigint {
    return storedBlocks(this.#tables.types);
  }

  /** A page that was read last is not read again: after each commit all subscriptions want the same. */
  readLog(range: Range, eventsMax: number): Page {
    const isKnown = higherEnd(range) <= this.#end.position;
    const { first, last } = within(range, 1n, isKnown ? this.#end.position : this.lastPosition());
    const read = { direction: range.direction, first, last, eventsMax };
    if (this.#lastRead !== undefined && isSameRead(read, this.#lastRead))
      return this.#lastRead.page;
    const page = readPage(eventsMax, {
      table: this.#tables.log,
      range: read,
      keyOf: uint64Bytes,
      recordOf: (position, stored) => intact(stored, position),
    });
    this.#lastRead = { ...read, page };
    return page;
  }

  readStream(head: StreamHead, track: Track, range: Range, eventsMax: number): Page {
    const { lastRevision, isTombstoned } = head[track];
    // A tombstone lies at the highest revision of all, and is read by itself.
    const hasTombstone = isTombstoned && range.last === revisionMax;
    const isAtTombstone = hasTombstone && range.first > lastRevision;
    const { records, isEnd } = readPage(eventsMax, {
      table: this.#tables.streams,
      range: isAtTombstone ? { ...range, first: revisionMax } : within(range, 0n, lastRevision),
      keyOf: (revision) => revisionKey(head.id, track, revision),
      recordOf: (revision, stored) => this.#recordOf(head.id, track, revision, stored),
    });
    return { records, isEnd: isEnd && hasTombstone === isAtTombstone };
  }

  #recordOf(
    streamId: number,
    track: Track,
    revision: bigint,
    stored: Buffer | undefined,
  ): EventRecord {
    const where = `revision ${revision} of stream ${streamId}`;
    if (stored === undefined) throw new DamagedIndexError(`${where} is missing`);
    const value = checkedValue(revisionKey(streamId, track, revision), stored);
    const { position } = decodeStreamEntry(value);
    const record = this.record(position);
    if (revisionOf(record) === revision) return record;
    throw new DamagedIndexError(`${where} points to another event`, position);
  }

  /** For the one writer: what is stored, with room for writes on top of it. */
  stage(): StagedEvents {
    return new StagedEvents(this.#lookups, this.#end);
  }

  /**
   * Stores all or none. Resolves once it is durable; from then on readers see it.
   * @throws DiskRefusalError if the log is as it was; BrokenDatabaseError if it cannot be used.
   */
  async commit(staged: StagedEvents): Promise<void> {
    const { root } = this.#tables;
    try {
      await root.batch(() => {
        for (const name of tableNames) {
          for (const { key, value } of staged.tables[name].writes) {
            void this.#tables[name]?.put(key, value);
          }
        }
      });
    } catch (error) {
      const reason = await reasonOf(error);
      this.#assertStillThere(reason);
      throw new DiskRefusalError(reason);
    }
    // Reads share a snapshot for a while; it must not be one from before.
    root.resetReadTxn();
    this.#end = staged.end;
  }

  async close(): Promise<void> {
    await this.#tables.root.close();
  }

  /**
   * A commit that fails while pages are written or synced changes nothing, and the next may
   * succeed. If it was the root that could not be written, LMDB gives up: from then on it finds
   * nothing, writes nothing, and does not always say so.
   */
  #assertStillThere(reason: string): void {
    this.#tables.root.resetReadTxn();
    let found: bigint | undefined;
    try {
      found = storedLastPosition(this.#tables.log);
    } catch {
      // What LMDB says here is about itself; the reason is what the disk said.
    }
    if (found !== this.#end.position) throw new BrokenDatabaseError(reason);
  }
}

const higherEnd = ({ direction, first, last }: Range): bigint =>
  direction === "forwards" ? last : first;

const isSameRead = (one: LogRead, other: LogRead): boolean =>
  one.first === other.first &&
  one.last === other.last &&
  one.direction === other.direction &&
  one.eventsMax === other.eventsMax;

/** The part of a range between two numbers, in its own direction; it may be empty. */
export function within({ direction, first, last }: Range, lowest: bigint, highest: bigint): Range {
  const [low, high] = direction === "forwards" ? [first, last] : [last, first];
  const from = low < lowest ? lowest : low;
  const to = high > highest ? highest : high;
  return direction === "forwards"
    ? { direction, first: from, last: to }
    : { direction, first: to, last: from };
}

function readPage(eventsMax: number, { table, range, keyOf, recordOf }: Source): Page {
  const { direction, first, last } = range;
  const isForwards = direction === "forwards";
  const step = isForwards ? 1n : -1n;
  const records: EventRecord[] = [];
  let next = first;
  const isDone = (): boolean => (isForwards ? next > last : next < last);
  const take = (stored: Buffer | undefined): number => {
    const record = recordOf(next, stored);
    records.push(record);
    next += step;
    return record.length;
  };
  if (isDone()) return { records, isEnd: true };

  let bytes = 0;
  const limit = eventsMax;
  const options = { start: keyOf(first), end: keyOf(last), inclusiveEnd: true, limit };
  for (const { key, value } of table.getRange({ ...options, reverse: !isForwards })) {
    bytes += take(!isDone() && key.equals(keyOf(next)) ? value : undefined);
    if (bytes >= pageBytesMax) return { records, isEnd: isDone() };
  }
  if (records.length < eventsMax && !isDone()) take(undefined);
  return { records, isEnd: isDone() };
}

/** lmdb gives a failed commit's reason as a promise that is rejected with it. */
async function reasonOf(error: unknown): Promise<string> {
  const isCommit = error instanceof Error && "commitError" in error;
  try {
    if (isCommit) await error.commitError;
  } catch (reason) {
    return reason instanceof Error ? reason.message : String(reason);
  }
  return String(error);
}
