import { eventIdFromBytes } from "./eventId.js";
import { type EventRecord, isIntact } from "./eventRecord.js";
import { eventIdKey, headKey, revisionKey, streamIdFromBytes, uint64Bytes } from "./keys.js";
import { decodeStreamHead, type StreamHead } from "./streamHead.js";
import type { Track } from "./streamName.js";

/** A table of the database, or one with writes that are not in it yet. */
export interface Lookup {
  get(key: Buffer): Buffer | undefined;
}

/** What they hold is said in keys.ts. */
export interface Tables<Table> {
  readonly log: Table;
  readonly names: Table;
  readonly streams: Table;
}

/** Where an event of a stream lies in the log. */
export interface StreamEntry {
  readonly position: bigint;
  readonly eventId: string;
}

/** A record is not what was written. Nothing of it is served: the disk or the file is damaged. */
export class DamagedRecordError extends Error {
  override readonly name = "DamagedRecordError";
  constructor(position: bigint) {
    super(`The event at position ${position} is damaged. Restore the data folder from a backup.`);
  }
}

/** @throws DamagedRecordError also if the record is missing, since somebody knows of it. */
export function intact(record: EventRecord | undefined, position: bigint): EventRecord {
  if (record === undefined || !isIntact(record, position)) throw new DamagedRecordError(position);
  return record;
}

/** What can be found by its key. */
export class StoredEvents {
  readonly #tables: Tables<Lookup>;

  constructor(tables: Tables<Lookup>) {
    this.#tables = tables;
  }

  /** @throws DamagedRecordError */
  record(position: bigint): EventRecord {
    return intact(this.#tables.log.get(uint64Bytes(position)), position);
  }

  findHead(base: string): StreamHead | undefined {
    const idBytes = this.#tables.names.get(Buffer.from(base));
    if (idBytes === undefined) return undefined;
    const id = streamIdFromBytes(idBytes);
    const bytes = this.#tables.streams.get(headKey(id));
    return bytes === undefined ? undefined : decodeStreamHead(id, bytes);
  }

  findEntry(streamId: number, track: Track, revision: bigint): StreamEntry | undefined {
    const value = this.#tables.streams.get(revisionKey(streamId, track, revision));
    if (value === undefined) return undefined;
    return { position: value.readBigUInt64BE(), eventId: eventIdFromBytes(value.subarray(8)) };
  }

  findRevision(streamId: number, track: Track, eventId: string): bigint | undefined {
    return this.#tables.streams.get(eventIdKey(streamId, track, eventId))?.readBigUInt64BE();
  }
}
