import { type Kysely, sql } from "kysely";
import { epochMs } from "../domain/time.js";
import type { Clock } from "./process/clock.js";
import type { RedisClient } from "./redis/connection.js";

/** Asks each server for its time, in milliseconds since 1970. */
export type ServerTimes = Readonly<Record<string, () => Promise<number>>>;

export function serverTimesOf<Tables>(db: Kysely<Tables>, redis: RedisClient): ServerTimes {
  return {
    MySQL: async () => {
      // Not by way of its local time, which an hour of each autumn has twice.
      const now = sql<{ ms: string }>`
        SELECT TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) / 1000 AS ms`;
      const { rows } = await now.execute(db);
      return Number(rows[0]?.ms);
    },
    Redis: async () => {
      const [seconds, microseconds] = await redis.time();
      return Number(seconds) * 1000 + Number(microseconds) / 1000;
    },
  };
}

export interface ClockOffset {
  readonly server: string;
  /** Positive when our clock is ahead. What half the round trip explains is left out. */
  readonly offsetMs: number;
}

/** How far our clock is from each server's that answers. */
export async function measureOffsets(clock: Clock, times: ServerTimes): Promise<ClockOffset[]> {
  const measured = Object.entries(times).map(async ([server, ask]) => {
    const askedAtMs = epochMs(clock.now());
    const serverMs = await ask();
    return { server, offsetMs: offsetOf(serverMs, askedAtMs, epochMs(clock.now())) };
  });
  const settled = await Promise.allSettled(measured);
  return settled.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
}

/** The server looked at its clock somewhere between the question and the answer. */
function offsetOf(serverMs: number, askedAtMs: number, answeredAtMs: number): number {
  const halfMs = Math.max(0, (answeredAtMs - askedAtMs) / 2);
  const offsetMs = askedAtMs + halfMs - serverMs;
  return Math.sign(offsetMs) * Math.max(0, Math.abs(offsetMs) - halfMs);
}
