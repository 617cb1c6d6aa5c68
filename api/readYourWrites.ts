import type { FastifyReply } from "fastify";
import { readYourWritesMs } from "../domain/limits.js";

/** Knows how far the read models are, so that a write can be answered once it can be read. */
export class ReadYourWrites {
  #projected = 0n;
  readonly #waiting = new Set<() => void>();

  /** A projector committed up to here. */
  advance(position: bigint): void {
    if (position <= this.#projected) return;
    this.#projected = position;
    for (const look of this.#waiting) look();
  }

  /**
   * Waits until the read models hold the write at this position, 2 s at most; after that the answer
   * goes out with `X-Read-Lag`, since the write itself is done.
   */
  async wait(position: bigint | undefined, reply: FastifyReply): Promise<void> {
    if (position === undefined || position <= this.#projected) return;
    const isThere = await this.#reaches(position);
    if (!isThere) reply.header("x-read-lag", "1");
  }

  #reaches(position: bigint): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isThere: boolean) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(isThere);
      };
      const look = () => {
        if (this.#projected >= position) done(true);
      };
      const timer = setTimeout(() => done(false), readYourWritesMs);
      this.#waiting.add(look);
    });
  }
}
