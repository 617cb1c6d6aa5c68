import type { Instant } from "../../domain/time.js";
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
  readonly since: Instant;
  readonly before: Instant;
  readonly read: (page: TimedPage) => Promise<readonly Row[]>;
  /** The time of a row, and its key, by which the rows are ordered. */
  readonly placeOf: (row: Row) => TimedPage["after"];
  readonly choose: (page: readonly Row[]) => Promise<readonly Row[]>;
}

const rowsPerPage = 1000;

/** What happened in a span of time, page by page. */
export async function* rowsOfTime<Row>({
  since,
  before,
  read,
  placeOf,
  choose,
}: TimedPages<Row>): AsyncGenerator<Row> {
  for (let after: TimedPage["after"] = [since, ""]; ; ) {
    const page = await read({ after, before, limit: rowsPerPage });
    const last = page.at(-1);
    if (last === undefined) return;
    yield* await choose(page);
    after = placeOf(last);
  }
}
