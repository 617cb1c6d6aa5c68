import type { FastifyReply } from "fastify";
import { readYourWritesMs } from "../domain/limits.js";
import type { Projected, ReadGroup } from "../projections/runner/queries.js";

/** Knows how far the read models are, so that a write can be answered once it can be read. */
export class ReadYourWrites {
  readonly #projected = new Map<string, bigint>();
  readonly #waiting = new Set<() => void>();

  /** A projector committed up to here. */
  advance(projected: Projected): void {
    for (const [group, position] of Object.entries(projected)) {
      if (!this.#holds(group, position)) this.#projected.set(group, position);
    }
    for (const look of this.#waiting) look();
  }

  /**
   * Waits until the read models of this group hold the write at this position, 2 s at most; after that the answer
   * goes out with `X-Read-Lag`, since the write itself is done.
   */
  async wait(group: ReadGroup, position: bigint | undefined, reply: FastifyReply): Promise<void> {
    if (position === undefined || this.#holds(group, position)) return;
    const isThere = await this.#reaches(group, position);
    if (!isThere) reply.header("x-read-lag", "1");
  }

  #holds(group: string, position: bigint): boolean {
    const projected = this.#projected.get(group);
    return projected !== undefined && projected >= position;
  }

  #reaches(group: ReadGroup, position: bigint): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isThere: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(isThere);
      };
      const look = () => {
        if (this.#holds(group, position)) done(true);
      };
      const timer = setTimeout(() => done(false), readYourWritesMs);
      this.#waiting.add(look);
    });
  }
}
