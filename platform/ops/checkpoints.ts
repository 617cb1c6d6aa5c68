import type { OpsDb } from "./tables.js";

/** Undefined for a process manager that never started on this ledger: it begins at the end. */
export async function findPosition(
  db: OpsDb,
  name: string,
  ledgerId: string,
): Promise<bigint | undefined> {
  const query = db.selectFrom("checkpoint").select("position").where("name", "=", name);
  const row = await query.where("ledger_id", "=", ledgerId).executeTakeFirst();
  return row === undefined ? undefined : BigInt(row.position);
}

export async function savePosition(
  db: OpsDb,
  { name, ledgerId, position }: { name: string; ledgerId: string; position: bigint },
): Promise<void> {
  const row = { ledger_id: ledgerId, position: String(position) };
  await db
    .insertInto("checkpoint")
    .values({ name, ...row })
    .onDuplicateKeyUpdate(row)
    .execute();
}
