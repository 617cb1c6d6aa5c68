import { setImmediate as nextTurn } from "node:timers/promises";
import { pageEventsMax, typeBlocksPerWriteMax } from "../limits.js";
import { AllCursor } from "../reading/allCursor.js";
import type { CommitNotifier } from "../reading/commitNotifier.js";
import { WakeUp } from "../reading/wakeUp.js";
import { DamageError } from "../storage/damage.js";
import { typeOf } from "../storage/eventRecord.js";
import type { EventDatabase } from "../storage/lmdbDatabase.js";
import { firstPositionOf, lastPositionOf } from "../storage/typeBlock.js";
import { type LogWriter, WriteFailedError } from "./logWriter.js";

interface Indexed {
  readonly database: EventDatabase;
  readonly writer: LogWriter;
  readonly commits: CommitNotifier;
}

/**
 * Writes the index of types behind the log, a block whenever one is full. So an append waits for
 * nothing, and a store of before there was an index gets one while it is being served.
 */
export class TypeIndexer {
  readonly #indexed: Indexed;
  readonly #wakeUp = new WakeUp();
  readonly #ended: Promise<void>;
  readonly #endsListening: () => void;
  #next: bigint;
  #isStopped = false;

  constructor(indexed: Indexed) {
    this.#indexed = indexed;
    this.#next = indexed.database.typeBlocks();
    this.#endsListening = indexed.commits.onAnyCommit(this.#wakeUp);
    this.#ended = this.#follow();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#endsListening();
    this.#wakeUp.ring();
    await this.#ended;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      try {
        await this.#catchUp();
      } catch (error) {
        // Filters then read what lies there, and say so themselves. `verify` tells where.
        if (error instanceof DamageError) return;
        // The disk is full, or the store is closing: the next commit asks again.
        if (!(error instanceof WriteFailedError)) throw error;
      }
      await this.#wakeUp.sleep();
    }
  }

  async #catchUp(): Promise<void> {
    const { writer } = this.#indexed;
    while (this.#isFull(this.#next)) {
      const blocks = new Map<bigint, readonly string[]>();
      let block = this.#next;
      for (; this.#isFull(block) && blocks.size < typeBlocksPerWriteMax; block += 1n) {
        const types = await this.#typesOf(block);
        if (types === undefined) return;
        blocks.set(block, types);
      }
      await writer.write(({ staged }) => {
        for (const [number, types] of blocks) staged.putTypeBlock(number, types);
      });
      this.#next = block;
    }
  }

  #isFull(block: bigint): boolean {
    return lastPositionOf(block) <= this.#indexed.database.lastPosition();
  }

  /** Undefined if the store is closing meanwhile. */
  async #typesOf(block: bigint): Promise<readonly string[] | undefined> {
    const cursor = new AllCursor(this.#indexed.database, {
      direction: "forwards",
      first: firstPositionOf(block),
      last: lastPositionOf(block),
    });
    const types: string[] = [];
    for (;;) {
      await nextTurn();
      if (this.#isStopped) return undefined;
      const { records, isEnd } = cursor.nextPage(pageEventsMax);
      for (const record of records) types.push(typeOf(record));
      if (isEnd) return types;
    }
  }
}
