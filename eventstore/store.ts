import { CommitNotifier } from "./reading/commitNotifier.js";
import type { EventDatabase } from "./storage/lmdbDatabase.js";
import { LogWriter } from "./writing/logWriter.js";
import { storeCreatedEvent, storeStream } from "./writing/systemEvents.js";

export interface OpenCall {
  /** Tells the client to come back later. */
  readonly endAsUnavailable: () => void;
  /** Resolves when the call needs the database no more. */
  readonly finished: Promise<void>;
}

/** What every call works with. */
export interface Store {
  readonly database: EventDatabase;
  /** The only one that writes to the database. */
  readonly writer: LogWriter;
  readonly commits: CommitNotifier;
  /** Those that would go on for long or for ever, to be ended when the store closes. */
  readonly calls: Set<OpenCall>;
  readonly nowMs: () => number;
  /** 100-nanosecond ticks since 1970, the unit of `created` on the wire. */
  readonly nowTicks: () => bigint;
}

const ticksPerMillisecond = 10_000n;

/** A new store gets a first event, so that a log is never empty and position 0 is before it. */
export async function openStore(database: EventDatabase, nowMs: () => number): Promise<Store> {
  const nowTicks = (): bigint => BigInt(nowMs()) * ticksPerMillisecond;
  const commits = new CommitNotifier();
  const writer = new LogWriter(database, nowTicks, (streams) => commits.notify(streams));
  if (database.lastPosition() === 0n) {
    await writer.write((transaction) => transaction.append(storeStream, [storeCreatedEvent()]));
  }
  return { database, writer, commits, calls: new Set(), nowMs, nowTicks };
}
