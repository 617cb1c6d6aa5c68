import type { Page } from "../storage/lmdbDatabase.js";

/** A place in the log or in a stream from which to read on. It never skips and never repeats. */
export interface Cursor {
  /** Reads from storage what is there now, at most so many events, and moves behind it. */
  nextPage(eventsMax: number): Page;
}
