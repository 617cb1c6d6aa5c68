import type { Redis } from "ioredis";
import { minute, second } from "../../domain/limits.js";
import { sha256Hex } from "../ids.js";
import { asOne } from "./connection.js";

const freeAttempts = 5;
const forgottenMs = 60 * minute;
const delayMsMax = 15 * minute;

/** s after the 5th failure: 2, 4, 8, 16 … 900 */
const delayMs = (failures: number): number =>
  Math.min(second * 2 ** (failures - freeAttempts), delayMsMax);

/**
 * Guessing gets slower with every failure, counted per account *and* address block: whoever guesses
 * from elsewhere never keeps the owner out.
 */
export interface SignInDelays {
  /** Counts an attempt. 0 lets it through, else the ms to wait. */
  enter(login: string, block: string): Promise<number>;
  /** The password was right: start afresh. */
  clear(login: string, block: string): Promise<void>;
}

export function createSignInDelays(redis: Redis): SignInDelays {
  const keyOf = (login: string, block: string): string =>
    `sign-in:${sha256Hex(`${login.trim().toLowerCase()} ${block}`)}`;
  return {
    async enter(login, block) {
      const key = keyOf(login, block);
      // Counted before it is judged: guesses that come together do not all see the same count.
      const [attempts] = await asOne(redis.multi().incr(key).pexpire(key, forgottenMs));
      if (Number(attempts) <= freeAttempts) return 0;
      const gate = `${key}:gate`;
      const isOpen = await redis.set(gate, "1", "PX", delayMs(Number(attempts)), "NX");
      if (isOpen !== null) return 0;
      await asOne(redis.multi().decr(key).pexpire(key, forgottenMs));
      return Math.max(await redis.pttl(gate), 1);
    },
    async clear(login, block) {
      const key = keyOf(login, block);
      await redis.del(key, `${key}:gate`);
    },
  };
}
