import { setTimeout as pause } from "node:timers/promises";
import {
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  START,
  TimeoutError,
} from "@eventstore/db-client";
import type { Log } from "../process/log.js";
import { fromResolved, type RecordedEvent, readAt } from "./eventStore.js";

export interface FollowOptions {
  readonly client: EventStoreDBClient;
  readonly log: Log;
  /** Events after this position; `start` for all. */
  readonly after: bigint | "start";
  /** Only these types; without it every event that is not the store's own. */
  readonly types?: readonly string[];
  /** All but these, and the store's own: whoever must not pass over what it does not know yet. */
  readonly allBut?: readonly string[];
  readonly signal: AbortSignal;
  /** Called with what has arrived, oldest first, never twice at once. A rejection ends following. */
  readonly onBatch: (events: readonly RecordedEvent[]) => Promise<void>;
  /** Called each time the subscription stands. */
  readonly onLive?: () => void;
}

const batchEventsMax = 1000;
/** A checkpoint after every 3 200 events, not 32: nobody here uses them, and each is a message. */
const seldomTold = { checkpointInterval: 100 };
/** ms: 100, 200, 400 … 5000 */
const reconnectMsMin = 100;
const reconnectMsMax = 5000;

/**
 * The store was restored from a backup, or it is another one: following it on from where the old one
 * was would pass over events, for ever if it is shorter.
 */
export class LogReplacedError extends Error {
  override readonly name = "LogReplacedError";
}

/**
 * Follows `$all` for ever: a lost connection is made again, from where it was. Between two calls of
 * onBatch at most batchEventsMax events are held; the rest waits in the store.
 * @throws LogReplacedError when another event, or none, lies where it was
 */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { client, signal, log } = options;
  let place: Place = { position: options.after };
  let waitMs = reconnectMsMin;
  while (!signal.aborted) {
    try {
      place = await verified(client, place);
      if (signal.aborted) return;
      await followOnce(options, place.position, (last) => {
        place = last;
        waitMs = reconnectMsMin;
      });
    } catch (error) {
      if (error instanceof FinalError) throw error.cause;
      if (isTooSlow(error)) continue;
      log.warn({ err: error, waitMs }, "lost the event store; connecting again");
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
      waitMs = Math.min(2 * waitMs, reconnectMsMax);
    }
  }
}

interface Place {
  readonly position: bigint | "start";
  /** Of the event that lies there; undefined before it was looked at. */
  readonly id?: string | undefined;
}

async function verified(client: EventStoreDBClient, place: Place): Promise<Place> {
  const { position, id } = place;
  if (position === "start") return place;
  const there = await readAt(client, position);
  if (id === undefined || id === there?.id) return { position, id: there?.id };
  const message =
    "The event store no longer holds the event that was seen last: it was restored from a backup, " +
    "or it is another one.";
  throw new FinalError("replaced", { cause: new LogReplacedError(message) });
}

/**
 * Before 24.2 a server drops a subscription that is more than 32 live events behind, as any burst
 * puts it, and asks to be followed again. The connection is well.
 */
const isTooSlow = (error: unknown): boolean =>
  error instanceof TimeoutError && error.message.includes("Consumer too slow");

/** Marks what ends following, by its cause: only the connection's own errors are to be tried again. */
class FinalError extends Error {}

async function followOnce(
  { client, types, allBut, signal, onBatch, onLive }: FollowOptions,
  after: FollowOptions["after"],
  reached: (last: RecordedEvent) => void,
): Promise<void> {
  const subscription = client.subscribeToAll({
    fromPosition: positionOf(after),
    filter: filterBy(types, allBut),
  });
  if (onLive !== undefined) subscription.on("confirmation", onLive);
  const arrivals = new Arrivals(subscription, types);
  const stop = () => arrivals.stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (let batch = await arrivals.next(); batch !== undefined; batch = await arrivals.next()) {
      await onBatch(batch).catch((cause: unknown) => {
        throw new FinalError("a batch failed", { cause });
      });
      const last = batch.at(-1);
      if (last !== undefined) reached(last);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    arrivals.discardRest();
    await subscription.unsubscribe().catch(() => undefined);
  }
}

function filterBy(types: FollowOptions["types"], allBut: FollowOptions["allBut"]) {
  if (types !== undefined) return eventTypeFilter({ prefixes: [...types], ...seldomTold });
  if (allBut === undefined) return excludeSystemEvents(seldomTold);
  return eventTypeFilter({ regex: `^(?!\\$|(?:${allBut.join("|")})$)`, ...seldomTold });
}

const positionOf = (after: FollowOptions["after"]) =>
  after === "start" ? START : { commit: after, prepare: after };

/** Collects what arrives while the batch before is being worked on. */
class Arrivals {
  readonly #subscription: AllStreamSubscription;
  readonly #types: ReadonlySet<string> | undefined;
  #events: RecordedEvent[] = [];
  #error: Error | undefined;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(subscription: AllStreamSubscription, types: readonly string[] | undefined) {
    this.#subscription = subscription;
    this.#types = types && new Set(types);
    subscription.on("data", (resolved) => this.#add(fromResolved(resolved)));
    subscription.on("error", (error: Error) => this.#fail(error));
    subscription.on("end", () => this.#fail(new Error("The subscription ended.")));
    subscription.on("close", () => this.#fail(new Error("The subscription closed.")));
  }

  /** Waits for events; undefined once stopped. */
  async next(): Promise<readonly RecordedEvent[] | undefined> {
    while (this.#events.length === 0 && this.#error === undefined && !this.#stopped) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#stopped) return undefined;
    if (this.#events.length === 0) throw this.#error;
    const batch = this.#events;
    this.#events = [];
    this.#subscription.resume();
    return batch;
  }

  /** The client waits at its disposal for what it still has to hand out, so let it flow. */
  discardRest(): void {
    this.#subscription.removeAllListeners("data").resume();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** A type that merely begins like one of ours passes the store's prefix filter, not this one. */
  #add(event: RecordedEvent | undefined): void {
    if (event === undefined || this.#types?.has(event.type) === false) return;
    this.#events.push(event);
    if (this.#events.length >= batchEventsMax) this.#subscription.pause();
    this.#wake?.();
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake?.();
  }
}
