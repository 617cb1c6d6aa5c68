/**
 * One list of several that are sorted by this text, such as an instant. Each was read in the order of
 * a key, which one query for all of them could not do.
 */
export function merged<Row>(
  lists: readonly (readonly Row[])[],
  textOf: (row: Row) => string,
  limit: number,
): Row[] {
  const rows = lists.flat().map((row) => ({ row, text: textOf(row) }));
  rows.sort((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)));
  return rows.slice(0, limit).map(({ row }) => row);
}
