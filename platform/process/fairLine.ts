export interface FairLineLimits {
  readonly atOnce: number;
  readonly waitingMax: number;
  /** Less than all, so that who floods is told so before others wait longer. */
  readonly waitingOfOneMax: number;
}

interface Waiting {
  readonly begin: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * A line for dear work in which each of those who wait, an address block for example, is served in turn,
 * however many others of one of them wait. Where it is full, who has most in line gives up a place.
 */
export class FairLine {
  readonly #limits: FairLineLimits;
  readonly #full: () => Error;
  /** By who waits; whose turn is next comes first. */
  readonly #lines = new Map<string, Waiting[]>();
  #running = 0;
  #waiting = 0;

  /** `full` makes the error that whoever finds no place is told. */
  constructor(limits: FairLineLimits, full: () => Error) {
    this.#limits = limits;
    this.#full = full;
  }

  /** @throws what `full` makes, and whatever the work throws */
  async enter<Result>(who: string, work: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#limits.atOnce) this.#running += 1;
    else await this.#wait(who);
    try {
      return await work();
    } finally {
      this.#running -= 1;
      this.#beginNext();
    }
  }

  #wait(who: string): Promise<void> {
    const line = this.#lines.get(who) ?? [];
    const { waitingMax, waitingOfOneMax } = this.#limits;
    const hasPlace = line.length < waitingOfOneMax;
    if (!hasPlace || (this.#waiting >= waitingMax && !this.#endOneBeyond(line.length + 1))) {
      throw this.#full();
    }
    this.#waiting += 1;
    this.#lines.set(who, line);
    return new Promise((begin, refuse) => line.push({ begin, refuse }));
  }

  /** The last of the longest line gives up its place, if that line is longer than this. */
  #endOneBeyond(length: number): boolean {
    const longest = [...this.#lines.values()].reduce((one, other) =>
      other.length > one.length ? other : one,
    );
    if (longest.length <= length) return false;
    this.#waiting -= 1;
    longest.pop()?.refuse(this.#full());
    return true;
  }

  #beginNext(): void {
    const [next] = this.#lines;
    if (next === undefined) return;
    const [who, line] = next;
    this.#lines.delete(who);
    const first = line.shift();
    if (line.length > 0) this.#lines.set(who, line);
    if (first === undefined) return;
    this.#waiting -= 1;
    this.#running += 1;
    first.begin();
  }
}
