import { eventIdToBytes } from "./eventId.js";
import type { EventRecord } from "./eventRecord.js";
import { eventIdKey, headKey, revisionKey, streamIdToBytes, uint64Bytes } from "./keys.js";
import { StagedTable } from "./stagedTable.js";
import { type Lookup, StoredEvents, type StreamEntry, type Tables } from "./storedEvents.js";
import { encodeStreamHead, type StreamHead } from "./streamHead.js";
import type { Track } from "./streamName.js";

/** Writes that are to be committed together, and what is stored as if they already were. */
export class StagedEvents extends StoredEvents {
  readonly tables: Tables<StagedTable>;

  constructor({ log, names, streams }: Tables<Lookup>) {
    const tables = {
      log: new StagedTable(log),
      names: new StagedTable(names),
      streams: new StagedTable(streams),
    };
    super(tables);
    this.tables = tables;
  }

  putName(base: string, streamId: number): void {
    this.tables.names.put(Buffer.from(base), streamIdToBytes(streamId));
  }

  putHead(head: StreamHead): void {
    this.tables.streams.put(headKey(head.id), encodeStreamHead(head));
  }

  putRecord(position: bigint, record: EventRecord): void {
    this.tables.log.put(uint64Bytes(position), record);
  }

  putEntry(streamId: number, track: Track, revision: bigint, entry: StreamEntry): void {
    const { position, eventId } = entry;
    const value = Buffer.concat([uint64Bytes(position), eventIdToBytes(eventId)]);
    this.tables.streams.put(revisionKey(streamId, track, revision), value);
    this.tables.streams.put(eventIdKey(streamId, track, eventId), uint64Bytes(revision));
  }
}
