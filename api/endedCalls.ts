import { second } from "../domain/limits.js";
import type { Log } from "../platform/process/log.js";
import type { RedisClient } from "../platform/redis/connection.js";
import { forgetLoop, leaveLoop, type Undelivered } from "../platform/redis/undelivered.js";

interface EndedCall {
  readonly loop: Undelivered;
  readonly isDelivered: boolean;
}

const tellAgainMs = second / 2;
/** Calls that ended during one outage of Redis; the oldest are given up first. */
const untoldMax = 10_000;

/**
 * Notes what became of the loop of a call without a key. While Redis is away it is kept here, and
 * noted as soon as that is back: until then, a loop that was left goes to the next call of this process.
 */
export class EndedCalls {
  readonly #redis: RedisClient;
  readonly #log: Log;
  /** By the loop's generation, oldest first. */
  readonly #untold = new Map<string, EndedCall>();
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: RedisClient, log: Log) {
    this.#redis = redis;
    this.#log = log;
  }

  get untold(): number {
    return this.#untold.size;
  }

  /** Never rejects. */
  async end(call: EndedCall): Promise<void> {
    try {
      await this.#tell(call);
    } catch (err) {
      const { generationId } = call.loop;
      this.#log.warn({ err, generationId }, "the end of a call was not noted; later again");
      this.#keep(call);
    }
  }

  /** A loop of this order that a call left, and that Redis does not know to be free. */
  take({ userId, bodyHash }: Pick<Undelivered, "userId" | "bodyHash">): string | undefined {
    for (const [generationId, { loop, isDelivered }] of this.#untold) {
      if (isDelivered || loop.userId !== userId || loop.bodyHash !== bodyHash) continue;
      this.#untold.delete(generationId);
      return generationId;
    }
    return undefined;
  }

  #tell({ loop, isDelivered }: EndedCall): Promise<void> {
    return isDelivered ? forgetLoop(this.#redis, loop) : leaveLoop(this.#redis, loop);
  }

  #keep(call: EndedCall): void {
    const [oldest] = this.#untold.keys();
    if (this.#untold.size >= untoldMax && oldest !== undefined) this.#untold.delete(oldest);
    this.#untold.set(call.loop.generationId, call);
    this.#timer ??= setTimeout(() => void this.#tellAgain(), tellAgainMs).unref();
  }

  async #tellAgain(): Promise<void> {
    this.#timer = undefined;
    const calls = [...this.#untold.values()];
    this.#untold.clear();
    await Promise.all(calls.map((call) => this.end(call)));
  }
}
