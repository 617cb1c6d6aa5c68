import { clockOffsetMsMax, second } from "../domain/limits.js";
import type { ClockOffset } from "../platform/clockOffsets.js";
import { Refusal } from "../platform/process/refusal.js";

/** A month that is closed by a wrong clock stays closed. @throws Refusal */
export function refuseWrongClock(offsets: readonly ClockOffset[]): void {
  const far = offsets.find(({ offsetMs }) => Math.abs(offsetMs) > clockOffsetMsMax);
  if (far === undefined) return;
  const seconds = Math.round(far.offsetMs / second);
  throw new Refusal(`This clock is ${seconds} s ahead of the one of ${far.server}: set it first.`);
}
