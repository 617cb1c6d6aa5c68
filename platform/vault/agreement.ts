import { listSomePeople } from "./handles.js";
import type { VaultDb } from "./tables.js";

/** The first ledger that is opened beside a vault is the one whose people are in it. */
export async function noteLedger(db: VaultDb, ledgerId: string): Promise<void> {
  const row = { id: 1 as const, ledger_id: ledgerId };
  await db.insertInto("vault_ledger").ignore().values(row).execute();
}

const peopleAsked = 100;

/**
 * Has everything compared anew that the vault says of the log, which may have been restored to an
 * earlier time. False, and nothing is done, where the vault is of another ledger: it knows nobody of
 * this one, and would let go of everybody. Which ledger was first opened beside it is a hint: an empty
 * one may have been started by mistake. One person of the vault whom the log knows is proof.
 */
export async function doubtMarks(
  db: VaultDb,
  ledgerId: string,
  isInLog: (personId: string) => Promise<boolean>,
): Promise<boolean> {
  const known = await db.selectFrom("vault_ledger").selectAll().executeTakeFirst();
  if (known?.ledger_id !== ledgerId) {
    if (!(await hasSomebodyOf(db, isInLog))) return false;
    const row = { id: 1 as const, ledger_id: ledgerId };
    await db.insertInto("vault_ledger").values(row).onDuplicateKeyUpdate(row).execute();
  }
  await db.updateTable("handle").set({ registered: 2 }).where("registered", "=", 1).execute();
  await db.updateTable("erased_person").set({ recorded: 0 }).where("recorded", "=", 1).execute();
  await db.updateTable("data_key").set({ told: 0 }).where("told", "=", 1).execute();
  return true;
}

async function hasSomebodyOf(
  db: VaultDb,
  isInLog: (personId: string) => Promise<boolean>,
): Promise<boolean> {
  for (const personId of await listSomePeople(db, peopleAsked)) {
    if (await isInLog(personId)) return true;
  }
  return false;
}
