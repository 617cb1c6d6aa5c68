/**
 * Where a filtered subscription owes its client a checkpoint: after every so many events seen,
 * shown or not. Positions have no gaps, so each interval ends so many positions behind the last.
 */
export class CheckpointInterval {
  readonly #events: bigint;
  #next: bigint;

  /** `startedAfter` is the position before the first event that is seen. */
  constructor(events: number, startedAfter: bigint) {
    this.#events = BigInt(events);
    this.#next = startedAfter + this.#events;
  }

  /** The ends of those intervals that are complete at this position and were not told yet. */
  completeAt(position: bigint): readonly bigint[] {
    const ends: bigint[] = [];
    for (; this.#next <= position; this.#next += this.#events) ends.push(this.#next);
    return ends;
  }
}
