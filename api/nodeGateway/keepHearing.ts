import { setTimeout as pause } from "node:timers/promises";
import type { Ledger } from "../../commands/handle.js";
import { hearingEveryMs } from "../../domain/limits.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { noteHearing } from "../../platform/redis/hearing.js";

interface HearingDeps {
  readonly ledger: Pick<Ledger, "store">;
  readonly redis: RedisClient;
  readonly clock: Clock;
}

/** Says over and over that nodes are heard here. When they are not, saying nothing says so. */
export async function keepHearing(
  { ledger, redis, clock }: HearingDeps,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const heard = ledger.store.askLeader().then(() => noteHearing(redis, clock.now()));
    await heard.catch(() => undefined);
    await pause(hearingEveryMs, undefined, { signal }).catch(() => undefined);
  }
}
