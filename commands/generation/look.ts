import { second } from "../../domain/limits.js";

/** One look at the lines takes so many places, and so long, at most. */
const placesMax = 500;
const lookMsMax = 10 * second;

/** A node's look at the lines, which must not go on for ever over what has ended. */
export class Look {
  /** Whether whoever asks still waits for the answer. */
  readonly isWanted: () => boolean;
  readonly #endsAt = performance.now() + lookMsMax;
  #taken = 0;
  /** Not everything was seen. */
  isCutShort = false;

  constructor(isWanted: () => boolean) {
    this.isWanted = isWanted;
  }

  /** Asked before each place. */
  mayTake(): boolean {
    this.#taken += 1;
    const goesOn = this.#taken <= placesMax && performance.now() < this.#endsAt;
    this.isCutShort = !goesOn || !this.isWanted();
    return !this.isCutShort;
  }
}
