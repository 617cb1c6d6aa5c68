import { withChecksum } from "./checkedValue.js";
import { eventIdToBytes } from "./eventId.js";
import type { EventRecord } from "./eventRecord.js";
import { eventIdKey, headKey, revisionKey, streamIdToBytes, uint64Bytes } from "./keys.js";
import { StagedTable } from "./stagedTable.js";
import { type Lookup, StoredEvents, type StreamEntry, type Tables } from "./storedEvents.js";
import { encodeStreamHead, type StreamHead } from "./streamHead.js";
import type { Track } from "./streamName.js";
import { encodeTypeBlock } from "./typeBlock.js";

/** Where the log and the list of streams end. Both count up from 1 without a gap; 0 is empty. */
export interface LogEnd {
  readonly position: bigint;
  readonly streamId: number;
}

/** Writes that are to be committed together, and what is stored as if they already were. */
export class StagedEvents extends StoredEvents {
  readonly tables: Tables<StagedTable>;
  #end: LogEnd;

  constructor({ log, names, streams, types }: Tables<Lookup>, end: LogEnd) {
    const tables = {
      log: new StagedTable(log),
      names: new StagedTable(names),
      streams: new StagedTable(streams),
      types: new StagedTable(types),
    };
    super(tables);
    this.tables = tables;
    this.#end = end;
  }

  get end(): LogEnd {
    return this.#end;
  }

  get hasWrites(): boolean {
    return Object.values(this.tables).some(({ writeCount }) => writeCount > 0);
  }

  putName(base: string, streamId: number): void {
    put(this.tables.names, Buffer.from(base), streamIdToBytes(streamId));
    this.#end = { ...this.#end, streamId };
  }

  putHead(head: StreamHead): void {
    put(this.tables.streams, headKey(head.id), encodeStreamHead(head));
  }

  putRecord(position: bigint, record: EventRecord): void {
    this.tables.log.put(uint64Bytes(position), record);
    this.#end = { ...this.#end, position };
  }

  putEntry(streamId: number, track: Track, revision: bigint, entry: StreamEntry): void {
    const { position, eventId } = entry;
    const value = Buffer.concat([uint64Bytes(position), eventIdToBytes(eventId)]);
    put(this.tables.streams, revisionKey(streamId, track, revision), value);
    put(this.tables.streams, eventIdKey(streamId, track, eventId), uint64Bytes(revision));
  }

  putTypeBlock(block: bigint, eventTypes: readonly string[]): void {
    put(this.tables.types, uint64Bytes(block), encodeTypeBlock(eventTypes));
  }
}

function put(table: StagedTable, key: Buffer, value: Buffer): void {
  table.put(key, withChecksum(key, value));
}
