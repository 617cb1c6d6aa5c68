import type { LedgerEventOf } from "../../domain/ledger.js";
import { second } from "../../domain/limits.js";
import {
  decode,
  type EventStore,
  type RecordedEvent,
  type StoredEvent,
} from "../../platform/eventStore/eventStore.js";
import { followEvents, LogReplacedError } from "../../platform/eventStore/followEvents.js";
import type { Log } from "../../platform/process/log.js";

/** What looking for a sound asks of one that was heard before. */
export interface KnownSound {
  readonly print: string;
  /** HMAC of what was asked for. */
  readonly inputs: string;
  /** Of its event in `$all`. */
  readonly position: bigint;
}

/** Half a kilobyte each. */
const soundsMax = 50_000;
/** Who is that far behind is still reading what lies there from before. Positions of `$all`. */
const behindMax = 5_000n;
/** An event comes some milliseconds after its append. */
const waitMsMax = second / 4;

/**
 * All sounds that were heard, by the name of their stream, as the log tells of them: what is looked
 * for under several keys costs no read then. It is never old, since it is only asked for what it knows
 * up to a certain event. Where there are too many sounds, or one can't be read, it knows nothing.
 */
export class KnownSounds {
  readonly #max: number;
  readonly #byStream = new Map<string, KnownSound[]>();
  readonly #waiting = new Set<() => void>();
  readonly #givingUp = new AbortController();
  #count = 0;
  #reached = 0n;

  constructor(max = soundsMax) {
    this.#max = max;
  }

  /**
   * The sounds of a stream, all those up to this event and perhaps more. `position` is that of a
   * SoundHeard. Undefined when it does not know them: then the stream does.
   */
  async upTo(position: bigint): Promise<((stream: string) => readonly KnownSound[]) | undefined> {
    if (this.#givingUp.signal.aborted || position - this.#reached > behindMax) return undefined;
    await this.#arrivalOf(position);
    if (this.#reached < position) return undefined;
    return (stream) => this.#byStream.get(stream) ?? [];
  }

  /** Resolves when this event is known, or will not be soon. */
  #arrivalOf(position: bigint): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => {
        if (this.#reached >= position) end();
      };
      const timer = setTimeout(end, waitMsMax);
      this.#waiting.add(look);
      look();
    });
  }

  /** Follows the log from its start until the signal says so, and one that took its place. */
  async run({ store, log }: { store: EventStore; log: Log }, signal: AbortSignal): Promise<void> {
    const ending = AbortSignal.any([signal, this.#givingUp.signal]);
    while (!ending.aborted) {
      try {
        await this.#follow(store, log, ending);
      } catch (error) {
        if (!(error instanceof LogReplacedError)) throw error;
        log.error({ err: error }, "ALERT the event store was replaced; reading its sounds anew");
        this.#forget();
      }
    }
  }

  async #follow({ client }: EventStore, log: Log, signal: AbortSignal): Promise<void> {
    await followEvents({
      client,
      log,
      signal,
      after: "start",
      types: ["SoundHeard"],
      onBatch: async (batch) => {
        for (const recorded of batch) this.#hear(recorded, log);
        for (const look of this.#waiting) look();
      },
    });
  }

  #hear(recorded: RecordedEvent, log: Log): void {
    if (this.#givingUp.signal.aborted) return;
    try {
      // The type that is followed lets nothing else through.
      this.#add(decode(recorded) as StoredEvent<LedgerEventOf<"SoundHeard">>);
    } catch (error) {
      log.error({ err: error, eventId: recorded.id }, "a sound can't be read; all are looked up");
      this.#giveUp();
    }
  }

  #add({ stream, position, event }: StoredEvent<LedgerEventOf<"SoundHeard">>): void {
    if (this.#count === this.#max) {
      this.#giveUp();
      return;
    }
    const { print, inputs } = event.data.private;
    const sounds = this.#byStream.get(stream) ?? [];
    sounds.push({ print, inputs, position });
    this.#byStream.set(stream, sounds);
    this.#count += 1;
    this.#reached = position;
  }

  #giveUp(): void {
    this.#givingUp.abort();
    this.#forget();
  }

  #forget(): void {
    this.#byStream.clear();
    this.#count = 0;
    this.#reached = 0n;
  }
}
