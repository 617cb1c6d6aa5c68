import type { ReadDb } from "../readTables.js";

/** So many accounts at one payee are looked at: maintainers look at each but the first. */
const operatorsMax = 1000;

/** Who had a payee in common with this operator up to a place in `$all`, or has by now; itself included. */
export async function listPaidAlike(
  db: ReadDb,
  operatorId: string,
  until: bigint | null,
): Promise<string[]> {
  let query = db
    .selectFrom("read_payee as own")
    .innerJoin("read_payee as other", "other.payee_id", "own.payee_id")
    .select("other.operator_id")
    .distinct()
    .where("own.operator_id", "=", operatorId)
    .limit(operatorsMax);
  if (until !== null) {
    query = query
      .where("own.position", "<=", String(until))
      .where("other.position", "<=", String(until));
  }
  return (await query.execute()).map(({ operator_id }) => operator_id);
}
