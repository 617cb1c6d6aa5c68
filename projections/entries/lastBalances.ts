import { sql } from "kysely";
import type { Trx } from "../projection.js";
import type { EntryRow } from "./projection.js";

export type AccountIn = Pick<EntryRow, "account" | "currency">;
export type BalanceIn = Pick<EntryRow, "account" | "currency" | "balance">;

const lookUpsPerStatement = 200;

/**
 * What lay in each of these accounts right after the event at this position, or lies there now. Each is
 * a look-up of its own: a grouping, or a subquery for each, loses its plan as the table grows.
 */
export async function lastBalances(
  db: Trx,
  table: string,
  accounts: readonly AccountIn[],
  at?: bigint,
): Promise<BalanceIn[]> {
  const until = at === undefined ? sql`TRUE` : sql`position <= ${String(at)}`;
  const found: BalanceIn[] = [];
  for (let from = 0; from < accounts.length; from += lookUpsPerStatement) {
    const lookUps = accounts.slice(from, from + lookUpsPerStatement).map(
      ({ account, currency }) => sql`(
        SELECT account, currency, balance FROM ${sql.table(table)} FORCE INDEX (PRIMARY)
        WHERE account = ${account} AND currency = ${currency} AND ${until}
        ORDER BY position DESC LIMIT 1)`,
    );
    const { rows } = await sql<BalanceIn>`${sql.join(lookUps, sql` UNION ALL `)}`.execute(db);
    found.push(...rows);
  }
  return found;
}
