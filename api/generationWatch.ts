import { setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { GenerationEvent } from "../domain/generation/events.js";
import { decode, type EventStore, type RecordedEvent } from "../platform/eventStore/eventStore.js";
import { followEvents, LogReplacedError } from "../platform/eventStore/followEvents.js";
import { reconnectMs } from "../platform/patience.js";
import type { Log } from "../platform/process/log.js";
import { isOutage } from "../platform/process/outage.js";

export type GenerationListener = (event: GenerationEvent) => void;

/** What a waiting call or an event stream wants to know of. */
const watchedTypes = [
  "GenerationLeased",
  "GenerationLeaseLost",
  "GenerationCompleted",
  "GenerationRejected",
  "GenerationFailed",
  "GenerationCancelled",
  "GenerationExpired",
] as const satisfies readonly GenerationEvent["type"][];
type Watched = Extract<GenerationEvent, { type: (typeof watchedTypes)[number] }>;

/**
 * Tells waiting calls of this instance what happens to their generations, from its own live
 * subscription: whichever instance took the audio in, the one that waits hears of it.
 */
export class GenerationWatch {
  readonly #listeners = new Map<string, Set<GenerationListener>>();
  readonly #closing = new AbortController();

  constructor() {
    // One for each call that is open; their number is bounded elsewhere.
    setMaxListeners(Number.POSITIVE_INFINITY, this.#closing.signal);
  }

  /** Aborts when this instance goes down: who waits is told to come back. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  /** Listens until the returned function is called. */
  listen(generationId: string, listener: GenerationListener): () => void {
    const listeners = this.#listeners.get(generationId) ?? new Set();
    this.#listeners.set(generationId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(generationId);
    };
  }

  /** Follows the store until closed, and one that took its place from there on. */
  async run(sources: { store: EventStore; log: Log }): Promise<void> {
    while (!this.closing.aborted) {
      try {
        await this.#follow(sources);
      } catch (error) {
        await this.#goOnAfter(error, sources.log);
      }
    }
  }

  async #goOnAfter(error: unknown, log: Log): Promise<void> {
    if (error instanceof LogReplacedError) {
      log.error({ err: error }, "ALERT the event store was replaced; following the new one");
    } else if (isOutage(error)) {
      log.warn({ err: error }, "the event store does not say where its log ends; asking again");
      await pause(reconnectMs, undefined, { signal: this.closing }).catch(() => undefined);
    } else throw error;
  }

  async #follow({ store, log }: { store: EventStore; log: Log }): Promise<void> {
    await followEvents({
      client: store.client,
      log,
      signal: this.closing,
      after: (await store.lastPosition()) ?? "start",
      types: watchedTypes,
      onBatch: async (batch) => {
        for (const recorded of batch) this.#notifyOf(recorded, log);
      },
    });
  }

  /** What can't be read, such as an event of newer software, must not end the watch for all others. */
  #notifyOf(recorded: RecordedEvent, log: Log): void {
    try {
      // The types that are followed let nothing else through.
      this.#notify(decode(recorded).event as Watched);
    } catch (error) {
      const { id, type } = recorded;
      log.error({ err: error, eventId: id, type }, "ALERT nobody can be notified of an event");
    }
  }

  #notify(event: Watched): void {
    for (const listener of this.#listeners.get(event.data.private.generationId) ?? []) {
      listener(event);
    }
  }
}
