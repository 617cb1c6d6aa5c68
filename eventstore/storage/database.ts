import { type Database, open, type RangeOptions, type RootDatabase } from "lmdb";
import { pageBytesMax } from "../limits.js";
import type { EventRecord } from "./eventRecord.js";
import { revisionKey, streamIdFromBytes, uint64Bytes } from "./keys.js";
import { StagedEvents } from "./stagedEvents.js";
import { intact, StoredEvents, type Tables } from "./storedEvents.js";
import type { Track } from "./streamName.js";

type Table = Database<Buffer, Buffer>;

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

const tableNames = ["log", "names", "streams"] as const;
const binary = { encoding: "binary", keyEncoding: "binary" } as const;

/** Opens the database in a folder, and makes it if there is none. */
export function openEventDatabase(path: string): EventDatabase {
  const root: RootDatabase<Buffer, Buffer> = open({
    path,
    overlappingSync: false,
    eventTurnBatching: false, // Every commit is an explicit batch.
    ...binary,
  });
  return new EventDatabase(root, {
    log: root.openDB("log", binary),
    names: root.openDB("names", binary),
    streams: root.openDB("streams", binary),
  });
}

/**
 * The log and its indexes in LMDB. LMDB runs in its classic mode (`overlappingSync: false`): a
 * commit writes and syncs its pages, then writes the root that makes them visible, synced as well.
 * So whatever a reader can see is durable; no watermark has to say so.
 */
export class EventDatabase extends StoredEvents {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables: Tables<Table>;

  constructor(root: RootDatabase<Buffer, Buffer>, tables: Tables<Table>) {
    super(tables);
    this.#root = root;
    this.#tables = tables;
  }

  /** LMDB's list of who has this database open, one line per reader; see `folderLock.ts`. */
  listReaders(): string {
    this.lastPosition(); // The first read puts this process on the list.
    this.#root.readerCheck();
    return this.#root.readerList();
  }

  /** Zero if the log is empty: the first event is at position 1. */
  lastPosition(): bigint {
    const [key] = this.#tables.log.getKeys({ reverse: true, limit: 1 });
    return key === undefined ? 0n : key.readBigUInt64BE();
  }

  /** Zero if there is no stream. Ids are given in order. */
  lastStreamId(): number {
    const [key] = this.#tables.streams.getKeys({ reverse: true, limit: 1 });
    return key === undefined ? 0 : streamIdFromBytes(key);
  }

  readLog(range: Range, eventsMax: number): Page {
    const records: EventRecord[] = [];
    let bytes = 0;
    const options = keyRange(range, uint64Bytes, eventsMax);
    for (const { key, value } of this.#tables.log.getRange(options)) {
      records.push(intact(value, key.readBigUInt64BE()));
      bytes += value.length;
      if (bytes >= pageBytesMax) return { records, isEnd: false };
    }
    return { records, isEnd: records.length < eventsMax };
  }

  readStream(streamId: number, track: Track, range: Range, eventsMax: number): Page {
    const records: EventRecord[] = [];
    let bytes = 0;
    const toKey = (revision: bigint): Buffer => revisionKey(streamId, track, revision);
    for (const { value } of this.#tables.streams.getRange(keyRange(range, toKey, eventsMax))) {
      const record = this.record(value.readBigUInt64BE());
      records.push(record);
      bytes += record.length;
      if (bytes >= pageBytesMax) return { records, isEnd: false };
    }
    return { records, isEnd: records.length < eventsMax };
  }

  /** For the one writer: what is stored, with room for writes on top of it. */
  stage(): StagedEvents {
    return new StagedEvents(this.#tables);
  }

  /**
   * Stores all or none. Resolves once it is durable; from then on readers see it.
   * @throws DiskRefusalError if the log is as it was; BrokenDatabaseError if it cannot be used.
   */
  async commit(staged: StagedEvents): Promise<void> {
    const positionBefore = this.lastPosition();
    try {
      await this.#root.batch(() => {
        for (const name of tableNames) {
          for (const { key, value } of staged.tables[name].writes) {
            void this.#tables[name].put(key, value);
          }
        }
      });
    } catch (error) {
      const reason = await reasonOf(error);
      this.#assertStillAt(positionBefore, reason);
      throw new DiskRefusalError(reason);
    }
    // Reads share a snapshot for a while; it must not be one from before.
    this.#root.resetReadTxn();
  }

  async close(): Promise<void> {
    await this.#root.close();
  }

  /**
   * A commit that fails while pages are written or synced changes nothing, and the next may
   * succeed. If it was the root that could not be written, LMDB gives up: from then on it finds
   * nothing, writes nothing, and does not always say so.
   */
  #assertStillAt(position: bigint, reason: string): void {
    this.#root.resetReadTxn();
    let found: bigint | undefined;
    try {
      found = this.lastPosition();
    } catch {
      // What LMDB says here is about itself; the reason is what the disk said.
    }
    if (found !== position) throw new BrokenDatabaseError(reason);
  }
}

/** The disk did not take a commit. Nothing of it is stored. */
export class DiskRefusalError extends Error {
  override readonly name = "DiskRefusalError";
  constructor(reason: string) {
    super(`The disk refused a write (${reason}); perhaps it is full.`);
  }
}

/** The database cannot be used any more by this process; a new one finds it as it was. */
export class BrokenDatabaseError extends Error {
  override readonly name = "BrokenDatabaseError";
  constructor(reason: string) {
    super(`The disk refused the root of a commit (${reason}). The store has to start again.`);
  }
}

function keyRange(
  { direction, first, last }: Range,
  toKey: (value: bigint) => Buffer,
  limit: number,
): RangeOptions {
  const reverse = direction === "backwards";
  return { start: toKey(first), end: toKey(last), inclusiveEnd: true, reverse, limit };
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
