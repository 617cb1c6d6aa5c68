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
