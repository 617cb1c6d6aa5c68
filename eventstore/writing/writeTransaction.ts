import { dataOf, encodeEventRecord, type ProposedEvent } from "../storage/eventRecord.js";
import type { EventDatabase } from "../storage/lmdbDatabase.js";
import type { StagedEvents } from "../storage/stagedEvents.js";
import type { StoredEvents } from "../storage/storedEvents.js";
import {
  newStreamHead,
  noBounds,
  noRevision,
  type ReadBounds,
  revisionMax,
  type StreamHead,
  type StreamState,
  stateOf,
} from "../storage/streamHead.js";
import { parseReadBounds } from "../storage/streamMetadata.js";
import { addressOf, metastreamOf, type Track } from "../storage/streamName.js";
import type { StoredEventIds } from "./appendRules.js";

/** Where the last event of a write came to lie. */
export interface Written {
  readonly lastRevision: bigint;
  readonly position: bigint;
}

/**
 * The log as the one writer sees it while it decides on a group of writes: what is stored, and on
 * top of it what the group has written so far. All of it is committed together.
 */
export class WriteTransaction {
  readonly staged: StagedEvents;
  readonly #createdTicks: bigint;
  /** One append asks for the same head several times. */
  readonly #heads = new Map<string, StreamHead | undefined>();
  readonly #changedStreams = new Set<string>();

  constructor(database: EventDatabase, createdTicks: bigint) {
    this.staged = database.stage();
    this.#createdTicks = createdTicks;
  }

  get changedStreams(): ReadonlySet<string> {
    return this.#changedStreams;
  }

  /** Goes up with every event that is written. */
  get changes(): bigint {
    return this.staged.end.position;
  }

  state(stream: string): StreamState {
    const { base, track } = addressOf(stream);
    return stateOf(this.#head(base), track);
  }

  storedEventIds(stream: string): StoredEventIds {
    const { base, track } = addressOf(stream);
    return new StreamEventIds(this.staged, this.#head(base)?.id, track);
  }

  positionAt(stream: string, revision: bigint): bigint | undefined {
    if (revision === noRevision) return undefined;
    const { base, track } = addressOf(stream);
    const head = this.#head(base);
    return head && this.staged.findEntry(head.id, track, revision)?.position;
  }

  /** Data of the newest metadata event, empty if there is none. */
  metadataOf(stream: string): Uint8Array {
    const metastream = metastreamOf(stream);
    const position = this.positionAt(metastream, this.state(metastream).lastRevision);
    return position === undefined ? new Uint8Array() : dataOf(this.staged.record(position));
  }

  /** At the next revisions of the stream. */
  append(stream: string, events: readonly [ProposedEvent, ...ProposedEvent[]]): Written {
    const { base, track } = addressOf(stream);
    const head = this.#head(base) ?? this.#addStream(base);
    let lastRevision = head[track].lastRevision;
    for (const event of events) {
      lastRevision += 1n;
      this.#write(stream, head.id, lastRevision, event);
    }
    const after = { ...head, [track]: { ...head[track], lastRevision } };
    const bounds = track === "metadata" ? readBoundsOf(events[events.length - 1]) : head.bounds;
    this.#putHead(base, { ...after, bounds });
    return { lastRevision, position: this.staged.end.position };
  }

  /** The tombstone takes the highest revision there is, whatever the last one was. */
  appendTombstone(stream: string, event: ProposedEvent): Written {
    const { base, track } = addressOf(stream);
    const head = this.#head(base) ?? this.#addStream(base);
    this.#write(stream, head.id, revisionMax, event);
    this.#putHead(base, { ...head, [track]: { ...head[track], isTombstoned: true } });
    return { lastRevision: revisionMax, position: this.staged.end.position };
  }

  #write(stream: string, streamId: number, revision: bigint, event: ProposedEvent): void {
    const position = this.staged.end.position + 1n;
    const createdTicks = this.#createdTicks;
    const place = { position, streamName: stream, revision, createdTicks };
    this.staged.putRecord(position, encodeEventRecord(event, place));
    const { track } = addressOf(stream);
    this.staged.putEntry(streamId, track, revision, { position, eventId: event.id });
    this.#changedStreams.add(stream);
  }

  #addStream(base: string): StreamHead {
    const streamId = this.staged.end.streamId + 1;
    this.staged.putName(base, streamId);
    return newStreamHead(streamId);
  }

  #head(base: string): StreamHead | undefined {
    if (!this.#heads.has(base)) this.#heads.set(base, this.staged.findHead(base));
    return this.#heads.get(base);
  }

  #putHead(base: string, head: StreamHead): void {
    this.#heads.set(base, head);
    this.staged.putHead(head);
  }
}

class StreamEventIds implements StoredEventIds {
  readonly #events: StoredEvents;
  readonly #streamId: number | undefined;
  readonly #track: Track;

  constructor(events: StoredEvents, streamId: number | undefined, track: Track) {
    this.#events = events;
    this.#streamId = streamId;
    this.#track = track;
  }

  idAt(revision: bigint): string | undefined {
    if (this.#streamId === undefined) return undefined;
    return this.#events.findEntry(this.#streamId, this.#track, revision)?.eventId;
  }

  revisionOf(eventId: string): bigint | undefined {
    if (this.#streamId === undefined) return undefined;
    return this.#events.findRevision(this.#streamId, this.#track, eventId);
  }
}

/** The last event of a metadata stream sets the bounds, provided it is JSON. */
function readBoundsOf(event: ProposedEvent | undefined): ReadBounds {
  return event?.isJson ? parseReadBounds(event.data) : noBounds;
}
