import { checkedValue } from "./checkedValue.js";
import { DamagedIndexError, DamagedRecordError } from "./damage.js";
import { eventIdFromBytes } from "./eventId.js";
import { type EventRecord, isIntact } from "./eventRecord.js";
import { eventIdKey, headKey, revisionKey, streamIdFromBytes, uint64Bytes } from "./keys.js";
import { decodeStreamHead, type StreamHead } from "./streamHead.js";
import type { Track } from "./streamName.js";
import { decodeTypeBlock, type TypeBlock } from "./typeBlock.js";

/** A table of the database, or one with writes that are not in it yet. */
export interface Lookup {
  get(key: Buffer): Buffer | undefined;
  /** Entries that lie next to a key that is not there, nearest first. */
  beside(key: Buffer, side: "before" | "after"): Iterable<StoredEntry>;
}

export interface StoredEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/** What they hold is said in keys.ts. */
export interface Tables<Table> {
  readonly log: Table;
  readonly names: Table;
  readonly streams: Table;
  readonly types: Table;
}

/** Where an event of a stream lies in the log. */
export interface StreamEntry {
  readonly position: bigint;
  readonly eventId: string;
}

/** @throws DamagedRecordError also if the record is missing, since somebody knows of it. */
export function intact(record: EventRecord | undefined, position: bigint): EventRecord {
  if (record === undefined || !isIntact(record, position)) throw new DamagedRecordError(position);
  return record;
}

/** A value of `streams` under a revision's key. */
export function decodeStreamEntry(value: Buffer): StreamEntry {
  return { position: value.readBigUInt64BE(), eventId: eventIdFromBytes(value.subarray(8)) };
}

/** What can be found by its key. Everything that is found is checked; all throw DamageError. */
export class StoredEvents {
  readonly #tables: Tables<Lookup>;

  constructor(tables: Tables<Lookup>) {
    this.#tables = tables;
  }

  record(position: bigint): EventRecord {
    return intact(this.#tables.log.get(uint64Bytes(position)), position);
  }

  findStreamId(base: string): number | undefined {
    const name = Buffer.from(base);
    const id = find(this.#tables.names, name);
    if (id === undefined) assertAbsent(this.#tables.names, name);
    return id && streamIdFromBytes(id);
  }

  findHead(base: string): StreamHead | undefined {
    const id = this.findStreamId(base);
    if (id === undefined) return undefined;
    const head = find(this.#tables.streams, headKey(id));
    if (head === undefined) throw new DamagedIndexError(`stream ${id} has a name but no head`);
    return decodeStreamHead(id, head);
  }

  findEntry(streamId: number, track: Track, revision: bigint): StreamEntry | undefined {
    const value = find(this.#tables.streams, revisionKey(streamId, track, revision));
    return value && decodeStreamEntry(value);
  }

  /** Undefined if the block is not listed, or not yet: then its events have to be read. */
  findTypeBlock(block: bigint): TypeBlock | undefined {
    const value = find(this.#tables.types, uint64Bytes(block));
    return value && decodeTypeBlock(value);
  }

  findRevision(streamId: number, track: Track, eventId: string): bigint | undefined {
    return find(this.#tables.streams, eventIdKey(streamId, track, eventId))?.readBigUInt64BE();
  }
}

function find(table: Lookup, key: Buffer): Buffer | undefined {
  const stored = table.get(key);
  return stored && checkedValue(key, stored);
}

/**
 * Damage could hide a name, and its stream would seem not to exist. That it does not is believed
 * only if the names between which it would lie are intact and in order.
 */
function assertAbsent(table: Lookup, absent: Buffer): void {
  for (const side of ["before", "after"] as const) {
    const direction = side === "after" ? 1 : -1;
    let nearer = absent;
    for (const { key, value } of table.beside(absent, side)) {
      checkedValue(key, value);
      if (key.compare(nearer) !== direction) {
        throw new DamagedIndexError(`the names of streams are out of order near "${absent}"`);
      }
      nearer = key;
    }
  }
}
