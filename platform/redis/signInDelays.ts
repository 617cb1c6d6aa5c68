import type { Redis } from "ioredis";
import { day, hour, minute, second } from "../../domain/limits.js";
import { epochMs, type Instant } from "../../domain/time.js";
import { asOne } from "./connection.js";

const freeAttempts = 5;
const forgottenMs = hour;
const delayMsMax = 15 * minute;
/** From blocks that never signed in to the account: so many an hour, from all of them together. */
const strangersAttemptsMax = 100;

const blocksPerPersonMax = 32;
const blocksKeptMs = 90 * day;

/** Who is guessed at, and from where. */
export interface Guess {
  /** The person found, whatever they were called; where nobody is found, a digest of the name. */
  readonly subject: string;
  /** HMAC of an address block. */
  readonly block: string;
}

/**
 * Guessing gets slower with every attempt, counted per account *and* address block: whoever guesses
 * from elsewhere never keeps the owner out. Guesses from very many blocks end for all blocks but
 * those from which the owner signed in before. Nobody and somebody are slowed down alike.
 */
export interface SignInDelays {
  /** Counts an attempt. 0 lets it through, else the ms to wait. */
  enter(guess: Guess): Promise<number>;
  /** The owner was here: start afresh, and let this block through from now on. */
  welcome(owner: Guess, at: Instant): Promise<void>;
}

/**
 * Counted before it is judged, in one step: guesses that come together do not all see the same count.
 * After the 5th attempt a gate closes for 2, 4, 8 … 900 s. Whoever is told to wait is not counted.
 */
const enterScript = `
  local count, gate, strangers, blocks = unpack(KEYS)
  local block, free, forgottenMs, delayMsMax, strangersMax = unpack(ARGV)
  local isKnown = redis.call('ZSCORE', blocks, block)
  local fromStrangers = tonumber(redis.call('GET', strangers) or 0)
  if not isKnown and fromStrangers >= tonumber(strangersMax) then
    return redis.call('PTTL', strangers)
  end
  local attempts = tonumber(redis.call('GET', count) or 0) + 1
  if attempts > tonumber(free) then
    local waitMs = redis.call('PTTL', gate)
    if waitMs > 0 then return waitMs end
    redis.call('SET', gate, 1, 'PX', math.min(${second} * 2 ^ (attempts - free), delayMsMax))
  end
  redis.call('SET', count, attempts, 'PX', forgottenMs)
  if not isKnown then
    redis.call('SET', strangers, 0, 'PX', forgottenMs, 'NX')
    redis.call('INCR', strangers)
  end
  return 0`;

const countKey = ({ subject, block }: Guess): string => `sign-in:${subject}:${block}`;
const gateKey = (guess: Guess): string => `sign-in-gate:${guess.subject}:${guess.block}`;
const strangersKey = (subject: string): string => `sign-in-strangers:${subject}`;
const blocksKey = (subject: string): string => `sign-in-blocks:${subject}`;

export function createSignInDelays(redis: Redis): SignInDelays {
  return {
    async enter(guess) {
      const { subject, block } = guess;
      const keys = [countKey(guess), gateKey(guess), strangersKey(subject), blocksKey(subject)];
      const limits = [freeAttempts, forgottenMs, delayMsMax, strangersAttemptsMax];
      return Number(await redis.eval(enterScript, keys.length, ...keys, block, ...limits));
    },
    async welcome(owner, at) {
      const blocks = blocksKey(owner.subject);
      await asOne(
        redis
          .multi()
          .del(countKey(owner), gateKey(owner))
          .zadd(blocks, epochMs(at), owner.block)
          .zremrangebyrank(blocks, 0, -1 - blocksPerPersonMax)
          .pexpire(blocks, blocksKeptMs),
      );
    },
  };
}

/** Nothing is kept of where somebody signed in who is gone. */
export const forgetSignIns = (redis: Redis, userId: string): Promise<unknown> =>
  redis.del(blocksKey(userId));
