import { setImmediate as nextTurn } from "node:timers/promises";
import { groupCommitAppendsMax, groupCommitBytesMax, waitingWritesBytesMax } from "../limits.js";
import { BrokenDatabaseError, DiskRefusalError } from "../storage/diskRefusal.js";
import type { EventDatabase } from "../storage/lmdbDatabase.js";
import { WriteTransaction } from "./writeTransaction.js";

/** Reads, decides and writes; runs alone. What it returns is told once the writes are durable. */
export type WriteOperation<Outcome> = (transaction: WriteTransaction) => Outcome;

/** A write was not stored: the disk refused, or the store is closing. It may be tried again. */
export class WriteFailedError extends Error {
  override readonly name = "WriteFailedError";
}

/** About what a waiting write takes beside its payload, so that empty ones count as well. */
const writeOverheadBytes = 512;

interface WaitingWrite {
  readonly bytes: number;
  /** Does its work in the transaction and returns what to do once that is durable. */
  readonly run: (transaction: WriteTransaction) => () => void;
  readonly fail: (error: Error) => void;
}

/**
 * The only writer. While one transaction is being synced, new writes gather; all of them share the
 * next one. So the disk's time for a sync is paid once for a group, and nobody waits for a timer.
 */
export class LogWriter {
  readonly #database: EventDatabase;
  readonly #nowTicks: () => bigint;
  readonly #onCommit: (changedStreams: ReadonlySet<string>) => void;
  readonly #waiting: WaitingWrite[] = [];
  #waitingBytes = 0;
  #committing: Promise<void> | undefined;
  #roomListeners: (() => void)[] = [];
  #isClosed = false;

  constructor(
    database: EventDatabase,
    nowTicks: () => bigint,
    onCommit: (changedStreams: ReadonlySet<string>) => void,
  ) {
    this.#database = database;
    this.#nowTicks = nowTicks;
    this.#onCommit = onCommit;
  }

  /**
   * Writes take effect in the order of these calls.
   * @throws WriteFailedError
   */
  write<Outcome>(operation: WriteOperation<Outcome>, payloadBytes = 0): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw new WriteFailedError("The event store is shutting down.");
      const run = (transaction: WriteTransaction) => {
        const changesBefore = transaction.changes;
        try {
          const outcome = operation(transaction);
          return () => resolve(outcome);
        } catch (error) {
          // What breaks one write, such as damage to its stream, must not keep others from theirs.
          if (transaction.changes !== changesBefore) throw error;
          return () => reject(error);
        }
      };
      const bytes = payloadBytes + writeOverheadBytes;
      this.#waiting.push({ bytes, run, fail: reject });
      this.#waitingBytes += bytes;
      this.#committing ??= this.#commitAll();
    });
  }

  get hasRoom(): boolean {
    return this.#waitingBytes < waitingWritesBytesMax;
  }

  /** Calls back once, when there is room again. */
  whenRoom(listener: () => void): void {
    this.#roomListeners.push(listener);
  }

  /** Refuses new writes and resolves once those that wait are durable. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#committing;
  }

  async #commitAll(): Promise<void> {
    // What arrives in the same turn as the first write goes with it.
    await nextTurn();
    while (this.#waiting.length > 0) await this.#commitGroup(this.#takeGroup());
    this.#committing = undefined;
  }

  async #commitGroup(group: readonly WaitingWrite[]): Promise<void> {
    try {
      const transaction = new WriteTransaction(this.#database, this.#nowTicks());
      const settle = group.map(({ run }) => run(transaction));
      const { changedStreams, staged } = transaction;
      if (staged.hasWrites) await this.#database.commit(staged);
      for (const answer of settle) answer();
      if (changedStreams.size > 0) this.#onCommit(changedStreams);
    } catch (cause) {
      // Nobody waits for this promise: the process ends here, before it serves a reader nothing.
      if (cause instanceof BrokenDatabaseError) throw cause;
      process.emitWarning(`A commit failed: ${cause}`);
      const error = new WriteFailedError(explanation(cause), { cause });
      for (const { fail } of group) fail(error);
    }
    this.#announceRoom();
  }

  #takeGroup(): readonly WaitingWrite[] {
    let bytes = 0;
    let count = 0;
    for (const write of this.#waiting) {
      if (count === groupCommitAppendsMax || bytes >= groupCommitBytesMax) break;
      bytes += write.bytes;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #announceRoom(): void {
    if (!this.hasRoom || this.#roomListeners.length === 0) return;
    const listeners = this.#roomListeners;
    this.#roomListeners = [];
    for (const listener of listeners) listener();
  }
}

const explanation = (cause: unknown): string =>
  cause instanceof DiskRefusalError
    ? `The write was not stored. ${cause.message}`
    : "The write was not stored.";
