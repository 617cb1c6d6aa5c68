import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import {
  type RateLimitName,
  type RateLimitSetting,
  rateLimitNames,
} from "../platform/config/rateLimits.js";
import type { RedisClient } from "../platform/redis/connection.js";
import { ApiError } from "./errorCodes.js";

/**
 * Calls in so many seconds, by what is counted: an address block, an account or a node. The setting
 * RATE_LIMITS overrides any of them by name.
 */
const defaults: Readonly<Record<RateLimitName, Omit<RateLimitSetting, "name">>> = {
  /** Every route that has no limit of its own, per address block. */
  address: { calls: 1200, seconds: 60 },
  /** A provider sends all its webhooks from a few addresses, and many at once. */
  webhook: { calls: 60_000, seconds: 60 },
  /** Registration and everything that sends a mail, per address block: what fits the schema. */
  register: { calls: 20, seconds: 3600 },
  /** Password and token checks, and tries to register or to get a mail, per address block. */
  "sign-in": { calls: 60, seconds: 60 },
  /** A node that begins a session takes two calls, per address block; several may share one. */
  "node-registration": { calls: 120, seconds: 60 },
  /** Certificates and files, per address block: a file of the largest size takes 0.1 s to hash. */
  verify: { calls: 120, seconds: 60 },
  /** Per account. */
  generate: { calls: 300, seconds: 60 },
  /** Each opens a checkout at a provider, and is a stream for ever, per account. */
  donate: { calls: 60, seconds: 3600 },
  /** Reads all generations of an account one by one, per account. */
  export: { calls: 10, seconds: 3600 },
  /** Each is a stream for ever, per account: a new node for each, many at once. */
  enrolment: { calls: 100, seconds: 86_400 },
  /** Each may send a mail, and asks for a password, per account. */
  "payout-account": { calls: 30, seconds: 3600 },
  account: { calls: 600, seconds: 60 },
  /** Per node. A busy node asks a few times a second at most. */
  node: { calls: 1200, seconds: 60 },
};

/** Sign-in and registrations are not to be guessed at while Redis is away; reading may go on. */
const failsClosed: ReadonlySet<RateLimitName> = new Set([
  "register",
  "sign-in",
  "node-registration",
  "enrolment",
  "payout-account",
]);

/** @throws ApiError RATE_LIMITED, or UNAVAILABLE where the limit fails closed */
export type RateLimits = (name: RateLimitName, subject: string) => Promise<void>;

export function createRateLimits(
  redis: RedisClient,
  settings: readonly RateLimitSetting[],
): RateLimits {
  const limiters = new Map<RateLimitName, RateLimiterRedis>();
  for (const name of rateLimitNames) {
    const set = settings.find((setting) => setting.name === name);
    const { calls, seconds } = set ?? defaults[name];
    const limiter = new RateLimiterRedis({
      storeClient: redis,
      keyPrefix: `limit:${name}`,
      points: calls,
      duration: seconds,
      // Whoever was refused is refused from memory until then: no flood of theirs reaches Redis.
      inMemoryBlockOnConsumed: calls + 1,
    });
    limiters.set(name, limiter);
  }
  return async (name, subject) => {
    try {
      await limiters.get(name)?.consume(subject);
    } catch (error) {
      if (error instanceof RateLimiterRes) throw rateLimited(error.msBeforeNext);
      if (failsClosed.has(name)) throw error;
    }
  };
}

export function rateLimited(waitMs: number, hint = ""): ApiError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `Too many calls. Try again in ${retryAfterSeconds} s. ${hint}`;
  return new ApiError("RATE_LIMITED", message.trim(), { retryAfterSeconds });
}
