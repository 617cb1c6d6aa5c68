import type { ReadDb } from "../../projections/readTables.js";
import { type ListedShare, listShares } from "../../projections/shares/queries.js";

const pageRows = 1000;

/** All shares of a month, read in pages: a row for each node and currency. */
export async function sharesOfMonth(db: ReadDb, month: string): Promise<ListedShare[]> {
  const all: ListedShare[] = [];
  for (;;) {
    const last = all.at(-1);
    const after = last && { currency: last.amount.currency, payId: last.payId };
    const page = await listShares(db, { month, after, limit: pageRows });
    all.push(...page);
    if (page.length < pageRows) return all;
  }
}
