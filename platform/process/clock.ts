import type { Instant } from "../../domain/time.js";

/** Where "now" comes from. Handed in as an argument, so that tests choose the time. */
export interface Clock {
  now(): Instant;
}

/** The only place that reads the system's clock for something that is stored or decided. */
export const systemClock: Clock = { now: () => new Date().toISOString() };
