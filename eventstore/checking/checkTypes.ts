import { checkedValue } from "../storage/checkedValue.js";
import { type EventRecord, positionOf, typeOf } from "../storage/eventRecord.js";
import { uint64Bytes } from "../storage/keys.js";
import type { Snapshot } from "../storage/snapshot.js";
import {
  firstPositionOf,
  lastPositionOf,
  type TypeBlock,
  typeBlockOf,
} from "../storage/typeBlock.js";
import { ProblemFound } from "./problem.js";

/** Compares the index of types with the records of the log, which come in order. */
export class TypesCheck {
  readonly #snapshot: Snapshot;
  #block = -1n;
  #listed: TypeBlock | undefined;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  /** What is not listed is read from the log, so only what is listed can be wrong. */
  check(record: EventRecord): void {
    const position = positionOf(record);
    const block = typeBlockOf(position);
    if (block !== this.#block) {
      this.#block = block;
      this.#listed = this.#snapshot.findTypeBlock(block);
    }
    if (this.#listed === undefined) return;
    const { types, typeAt } = this.#listed;
    if (types[typeAt[Number(position - firstPositionOf(block))] ?? -1] === typeOf(record)) return;
    throw new ProblemFound("the index of types names another type for the event", position);
  }

  /** Its blocks have no gaps, and none lies behind the end of the log. */
  checkBlocks(): void {
    let block = 0n;
    for (const { key, value } of this.#snapshot.entries("types")) {
      checkedValue(key, value);
      if (!key.equals(uint64Bytes(block)) || lastPositionOf(block) > this.#snapshot.end.position) {
        throw new ProblemFound("the index of types has blocks that it should not have");
      }
      block += 1n;
    }
  }
}
