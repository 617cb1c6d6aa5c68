import {
  type AppendResult,
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM,
  NotLeaderError,
  type RecordedEvent as RawEvent,
  type ResolvedEvent,
  START,
  StreamDeletedError,
  type StreamingRead,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from "@eventstore/db-client";
import { decodeEvent, isKnown, type LedgerEvent } from "../../domain/ledger.js";
import { streamEventsMax } from "../../domain/limits.js";
import type { Actor } from "../../domain/message.js";
import { answerMsMax } from "../patience.js";
import { type Listening, OutageError, onSilence, withinTime } from "../process/outage.js";
import { Refusal } from "../process/refusal.js";
import { isDenied } from "./connectionFault.js";

/** What stands beside the data of every event. */
export interface EventMetadata {
  readonly $correlationId: string;
  readonly $causationId: string;
  readonly actor: Actor;
  readonly schemaVersion: number;
}

/** An event as it lies in the store, its data not read by a schema yet. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Place in `$all`: grows with every event, with gaps. */
  readonly position: bigint;
  readonly data: unknown;
  readonly metadata: unknown;
}

export interface StoredEvent<Event extends LedgerEvent = LedgerEvent>
  extends Omit<RecordedEvent, "data" | "type"> {
  readonly event: Event;
  /** The request that it came from. */
  readonly correlationId: string;
}

export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
}

export type Revision = bigint | "no_stream";

/** Somebody else appended first. Reload and decide again. */
export class RevisionConflictError extends Error {
  override readonly name = "RevisionConflictError";
}

/** The store did not answer: what was tried may or may not have happened. */
export class EventStoreUnavailableError extends OutageError {
  override readonly name = "EventStoreUnavailableError";
}

/** A stream outgrew what may be read, which its bound should have prevented: an operator must look. */
class StreamTooLongError extends Error {
  override readonly name = "StreamTooLongError";
}

const leaderHopsMax = 2;

export type EventStore = ReturnType<typeof createEventStore>;

/** The only way to any event: an EventStoreDB cluster or the embedded store, by its own client. */
export function createEventStore(url: string) {
  const client = EventStoreDBClient.connectionString(url);
  return {
    client,
    read: (stream: string) => read(client, stream),
    append: (stream: string, events: readonly NewEvent[], expected: Revision) =>
      append(client, stream, events, expected),
    /** The first event at or after a position, system events left out; undefined at the end. */
    readAt: (position: bigint) => readAt(client, position),
    /** The newest event that is not the store's own; undefined when there is none. */
    lastEvent: () => lastEvent(client),
    lastPosition: async () => (await lastEvent(client))?.position,
    /** Resolves when the leader answers: without a majority of its nodes a cluster has none. */
    askLeader: () => askLeader(client),
    close: () => client.dispose(),
  };
}

/** @throws TooNewEventError for what newer software wrote; ZodError for data that fits no version. */
export function decode({ type, data, ...rest }: RecordedEvent): StoredEvent {
  const event = decodeEvent(type, data, versionOf(rest));
  return { ...rest, event, correlationId: correlationIdOf(rest) };
}

/** Did newer software write it: in a version, or of a type, that this one does not know? */
export const isTooNew = (recorded: Pick<RecordedEvent, "type" | "metadata">): boolean =>
  !isKnown(recorded.type, versionOf(recorded));

/** What names no version is of the first. */
export function versionOf({ metadata }: Pick<RecordedEvent, "metadata">): number {
  const named = valueIn(metadata, "schemaVersion");
  return Number.isInteger(named) ? Math.max(Number(named), 1) : 1;
}

/** An event that names no request stands for itself. */
function correlationIdOf({ id, metadata }: Pick<RecordedEvent, "id" | "metadata">): string {
  const named = valueIn(metadata, "$correlationId");
  return typeof named === "string" ? named : id;
}

const valueIn = (metadata: unknown, name: string): unknown =>
  typeof metadata === "object" && metadata !== null ? Object(metadata)[name] : undefined;

/**
 * A whole stream, oldest first; a missing one is empty.
 * @throws StreamTooLongError: whoever decided by the first part of a stream would decide wrongly
 */
async function read(
  client: EventStoreDBClient,
  stream: string,
): Promise<{ events: StoredEvent[]; revision: Revision }> {
  const options = { direction: FORWARDS, maxCount: streamEventsMax + 1 } as const;
  const recorded = await collect(client.readStream(stream, options));
  if (recorded.length > streamEventsMax) {
    throw new StreamTooLongError(`${stream} holds more than ${streamEventsMax} events.`);
  }
  const events = recorded.map(decode);
  return { events, revision: events.at(-1)?.revision ?? NO_STREAM };
}

/** @throws RevisionConflictError, EventStoreUnavailableError */
async function append(
  client: EventStoreDBClient,
  stream: string,
  events: readonly NewEvent[],
  expectedRevision: Revision,
): Promise<{ revision: bigint; position: bigint }> {
  let result: AppendResult;
  try {
    const written = events.map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data, metadata: { ...metadata } }),
    );
    const appended = client.appendToStream(stream, written, { expectedRevision });
    result = await withinTime("An append", answerMsMax, appended);
  } catch (error) {
    throw translated(error);
  }
  if (result.position === undefined) throw new Error(`No position for an append to ${stream}.`);
  return { revision: result.nextExpectedRevision, position: result.position.commit };
}

export async function readAt(
  client: EventStoreDBClient,
  position: bigint,
): Promise<RecordedEvent | undefined> {
  const from = { commit: position, prepare: position };
  const [first] = await collect(client.readAll({ fromPosition: from, maxCount: 1 }));
  return first;
}

/** At most so many events of `$all` from this position on, the store's own among them. */
export const readPage = (
  client: EventStoreDBClient,
  from: bigint | "start",
  maxCount: number,
): Promise<RecordedEvent[]> => {
  const fromPosition = from === "start" ? START : { commit: from, prepare: from };
  return collect(client.readAll({ fromPosition, maxCount }));
};

/**
 * Reads to the end. The client sets no limit, so silence ends the call here. Whatever still comes is
 * read all the same: the client waits for that, for ever, when it is closed.
 */
async function collect(read: StreamingRead<ResolvedEvent>): Promise<RecordedEvent[]> {
  let listening: Listening | undefined;
  const silent = new Promise<never>((_resolve, reject) => {
    listening = onSilence(answerMsMax, () => {
      reject(new Error(`nothing came within ${answerMsMax} ms`));
      read.cancel().catch(() => undefined);
    });
  });
  try {
    return await Promise.race([silent, gather(read, () => listening?.heard())]);
  } catch (error) {
    // A stream that was never written to is an empty one.
    if (error instanceof StreamNotFoundError) return [];
    throw translated(error);
  } finally {
    listening?.end();
  }
}

async function gather(
  read: StreamingRead<ResolvedEvent>,
  onEvent: () => void,
): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const each of read) {
    onEvent();
    const event = fromResolved(each);
    if (event !== undefined) events.push(event);
  }
  return events;
}

/** A real server writes events of its own, so the newest of ours may lie some way back. */
async function lastEvent(client: EventStoreDBClient): Promise<RecordedEvent | undefined> {
  for (const maxCount of [1, 100, 10_000]) {
    const options = { direction: BACKWARDS, fromPosition: END, maxCount } as const;
    const newest = await collect(client.readAll(options));
    const ours = newest.find(({ type }) => !type.startsWith("$"));
    if (ours !== undefined) return ours;
    if (newest.length < maxCount) return undefined;
  }
  throw new Error("The newest 10 000 events are all the store's own.");
}

/** A follower names the leader, and the client goes there for its next call. */
async function askLeader(client: EventStoreDBClient): Promise<void> {
  for (let hops = 0; ; hops += 1) {
    try {
      return await askLeaderOnce(client);
    } catch (error) {
      const isElsewhere = error instanceof Error && error.cause instanceof NotLeaderError;
      if (!isElsewhere || hops === leaderHopsMax) throw error;
    }
  }
}

async function askLeaderOnce(client: EventStoreDBClient): Promise<void> {
  const newest = { direction: BACKWARDS, fromPosition: END, maxCount: 1 } as const;
  await collect(client.readAll({ ...newest, requiresLeader: true }));
}

/** Links have no data of their own here; we write none. */
export function fromResolved({ event }: ResolvedEvent): RecordedEvent | undefined {
  return event === undefined ? undefined : toRecorded(event);
}

function toRecorded(raw: RawEvent): RecordedEvent {
  const { id, type, streamId, revision, position, data, metadata } = raw;
  if (position === undefined) throw new Error(`Event ${id} came without its position.`);
  return { id, type, stream: streamId, revision, position: position.commit, data, metadata };
}

const deniedMessage =
  "EVENTSTORE_URL: This user may not do all that the ledger needs: append to its streams, read them " +
  "and $all. Let them, or name another user in the address.";

/** A tombstone is a fault here: nothing of the ledger is ever deleted. */
function translated(error: unknown): unknown {
  if (error instanceof WrongExpectedVersionError) {
    return new RevisionConflictError(error.message, { cause: error });
  }
  if (isDenied(error)) return new Refusal(deniedMessage, { cause: error });
  if (error instanceof StreamDeletedError || !(error instanceof Error)) return error;
  const message = `The event store did not answer: ${error.message}`;
  return new EventStoreUnavailableError(message, { cause: error });
}
