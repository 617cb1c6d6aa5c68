import type { Clock } from "../../platform/clock.js";

/** A clock that stands still until it is told to go on. */
export function fakeClock(start: string): Clock & { advance(ms: number): string } {
  let now = Date.parse(start);
  return {
    now: () => new Date(now).toISOString(),
    advance: (ms) => {
      now += ms;
      return new Date(now).toISOString();
    },
  };
}
