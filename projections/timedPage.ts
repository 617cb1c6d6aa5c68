import type { Instant } from "../domain/time.js";

/** A page of rows in the order of their time, and of their key where that is the same. */
export interface TimedPage {
  /** The place of the last row before it. No key is less than an empty one. */
  readonly after: readonly [at: Instant, key: string];
  readonly before: Instant;
  readonly limit: number;
}
