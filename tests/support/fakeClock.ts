import type { Clock } from "../../platform/process/clock.js";

/** A clock that stands still until it is told to go on. */
export function fakeClock(start: string): Clock & {
  advance(ms: number): string;
  set(at: string): void;
} {
  let now = Date.parse(start);
  return {
    now: () => new Date(now).toISOString(),
    set: (at) => {
      now = Date.parse(at);
    },
    advance: (ms) => {
      now += ms;
      return new Date(now).toISOString();
    },
  };
}
