import { reactionOrphanMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type { TimedPage } from "../../projections/timedPage.js";

/** How a long list is read page by page: each page begins after the last row of the one before. */
interface Pages<Row, Wanted> {
  /** `after` is undefined for the first page. */
  readonly read: (after: Row | undefined) => Promise<readonly Row[]>;
  /** What is wanted of a page. */
  readonly choose: (page: readonly Row[]) => readonly Wanted[] | Promise<readonly Wanted[]>;
}

export async function* rowsOfPages<Row, Wanted>({
  read,
  choose,
}: Pages<Row, Wanted>): AsyncGenerator<Wanted> {
  for (let after: Row | undefined; ; ) {
    const page = await read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield* await choose(page);
    after = last;
  }
}

interface TimedPages<Row> {
  readonly now: Instant;
  /** What is older is not looked at. What is younger than `reactionOrphanMs` may get its reaction yet. */
  readonly lookBackMs: number;
  readonly read: (page: TimedPage) => Promise<readonly Row[]>;
  /** The time of a row, and its key, by which the rows are ordered. */
  readonly placeOf: (row: Row) => TimedPage["after"];
  readonly choose: (page: readonly Row[]) => Promise<readonly Row[]>;
}

const rowsPerPage = 1000;

/** What happened in a span of time, page by page. */
export function rowsOfTime<Row>(pages: TimedPages<Row>): AsyncGenerator<Row> {
  const { now, lookBackMs, read, placeOf, choose } = pages;
  const start = [plusMs(now, -lookBackMs), ""] as const;
  const span = { before: plusMs(now, -reactionOrphanMs), limit: rowsPerPage };
  return rowsOfPages({
    read: (last?: Row) => read({ ...span, after: last === undefined ? start : placeOf(last) }),
    choose,
  });
}
