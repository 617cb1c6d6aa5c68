/** Says when a filtered subscription owes its client a checkpoint: every so many events seen. */
export class CheckpointInterval {
  readonly #events: number;
  #seen = 0;

  constructor(events: number) {
    this.#events = events;
  }

  /** To be called for each event, shown or not; true for the one that completes an interval. */
  isComplete(): boolean {
    this.#seen += 1;
    if (this.#seen < this.#events) return false;
    this.#seen = 0;
    return true;
  }
}
