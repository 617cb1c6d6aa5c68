import { createdTicksOf, type EventRecord } from "../storage/eventRecord.js";
import type { ReadBounds, StreamState } from "../storage/streamHead.js";

const ticksPerSecond = 10_000_000n;

/** Stream metadata only hides: `$all` shows everything, and revisions are never given again. */
export function firstVisibleRevision({ bounds, lastRevision }: StreamState): bigint {
  const { truncateBefore, maxCount } = bounds;
  const firstCounted = maxCount === undefined ? 0n : lastRevision - maxCount + 1n;
  return firstCounted > truncateBefore ? firstCounted : truncateBefore;
}

/** By `$maxAge`; `nowTicks` are 100-nanosecond ticks since 1970. */
export function isYoungEnough(
  { maxAgeSeconds }: ReadBounds,
  record: EventRecord,
  nowTicks: bigint,
): boolean {
  if (maxAgeSeconds === undefined) return true;
  return createdTicksOf(record) >= nowTicks - maxAgeSeconds * ticksPerSecond;
}
