import { type SelectQueryBuilder, type SqlBool, type StringReference, sql } from "kysely";
import type { Instant } from "../domain/time.js";

/** A page of rows in the order of their time, and of their key where that is the same. */
export interface TimedPage {
  /** The place of the last row before it. No key is less than an empty one. */
  readonly after: readonly [at: Instant, key: string];
  readonly before: Instant;
  readonly limit: number;
}

/** Of this query, the rows of one page, oldest first; `at` and `key` name the columns of their place. */
export function pageOf<Tables, Table extends keyof Tables, Row>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  [at, key]: readonly [StringReference<Tables, Table>, StringReference<Tables, Table>],
  { after, before, limit }: TimedPage,
): SelectQueryBuilder<Tables, Table, Row> {
  const [time, place] = [sql.ref(at), sql`(${sql.ref(at)}, ${sql.ref(key)})`];
  return (
    query
      // An index serves a pair only where its first part stands alone too.
      .where(sql<SqlBool>`${time} >= ${after[0]}`)
      .where(sql<SqlBool>`${time} < ${before}`)
      .where(sql<SqlBool>`${place} > (${after[0]}, ${after[1]})`)
      .orderBy(time)
      .orderBy(sql.ref(key))
      .limit(limit)
  );
}
