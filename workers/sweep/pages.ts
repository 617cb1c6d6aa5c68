import type { Instant } from "../../domain/time.js";
import type { TimedPage } from "../../projections/timedPage.js";

/** How a long list is read page by page: each page begins after the last row of the one before. */
interface Pages<Row> {
  readonly read: (after: string) => Promise<readonly Row[]>;
  readonly keyOf: (row: Row) => string;
  /** Which rows of a page are wanted; all of them when left out. */
  readonly choose?: (page: readonly Row[]) => Promise<readonly Row[]>;
}

export async function* rowsOfPages<Row>({ read, keyOf, choose }: Pages<Row>): AsyncGenerator<Row> {
  for (let after = ""; ; ) {
    const page = await read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield* choose === undefined ? page : await choose(page);
    after = keyOf(last);
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
