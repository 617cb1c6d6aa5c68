import type { ExpressionBuilder } from "kysely";
import type { Instant } from "../../domain/time.js";
import type { ErasureList } from "./erasureList.js";
import type { VaultDb, VaultTables } from "./tables.js";

export interface DestroyedKey {
  readonly keyId: string;
  readonly purpose: string;
  readonly reason: "erased" | "retention";
  readonly destroyedAt: Instant;
}

/** Account, prompts, and who gave a gift. What the law asks us to keep of payees stays. */
const mayBeErased = (where: ExpressionBuilder<VaultTables, "data_key">) =>
  where.or([where("purpose", "in", ["account", "donor"]), where("purpose", "like", "prompts-%")]);

/**
 * Destroys the keys that a person may have destroyed, and leaves a tombstone, so that a late event
 * can't revive them; and first names them in the list that an older backup is held against.
 */
export async function erasePerson(
  { vaultDb, erasures }: Erasing,
  personId: string,
  at: Instant,
): Promise<void> {
  if (!(await hasTombstone(vaultDb, personId))) await erasures.add(personId, at);
  await destroyKeysOf(vaultDb, personId, at);
}

export interface Erasing {
  readonly vaultDb: VaultDb;
  readonly erasures: ErasureList;
}

async function hasTombstone(db: VaultDb, personId: string): Promise<boolean> {
  const query = db.selectFrom("erased_person").select("person_id");
  return (await query.where("person_id", "=", personId).executeTakeFirst()) !== undefined;
}

/** The same for whom the list names already. */
export async function destroyKeysOf(db: VaultDb, personId: string, at: Instant): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const tombstone = { person_id: personId, erased_at: at };
    await trx.insertInto("erased_person").ignore().values(tombstone).execute();
    await trx
      .updateTable("data_key")
      .set({ wrapped: null, destroyed_at: at, destroyed_reason: "erased" })
      .where("person_id", "=", personId)
      .where("wrapped", "is not", null)
      .where(mayBeErased)
      .execute();
  });
}

/** Of somebody who was never paid, and whom no law asks us to remember. */
export async function destroyPayeeKey(db: VaultDb, personId: string, at: Instant): Promise<void> {
  await db
    .updateTable("data_key")
    .set({ wrapped: null, destroyed_at: at, destroyed_reason: "erased" })
    .where("person_id", "=", personId)
    .where("purpose", "=", "payee")
    .where("wrapped", "is not", null)
    .execute();
}

/** Those of these people of whom something is left that `erasePerson` and `releaseHandles` remove. */
export async function listUnerased(db: VaultDb, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return [];
  const gone = await db
    .selectFrom("erased_person")
    .select("person_id")
    .where("person_id", "in", personIds)
    .execute();
  const readable = await db
    .selectFrom("data_key")
    .select("person_id")
    .where("person_id", "in", personIds)
    .where("wrapped", "is not", null)
    .where(mayBeErased)
    .execute();
  const named = await db
    .selectFrom("handle")
    .select("person_id")
    .where("person_id", "in", personIds)
    .execute();
  const tombstones = new Set(gone.map(({ person_id }) => person_id));
  const left = new Set([...readable, ...named].map(({ person_id }) => person_id));
  return personIds.filter((personId) => !tombstones.has(personId) || left.has(personId));
}

export interface Tombstone {
  readonly personId: string;
  readonly erasedAt: Instant;
}

const tombstonesPerPage = 1000;

/** Everybody who was erased, by id. */
export async function* readTombstones(db: VaultDb): AsyncGenerator<Tombstone> {
  for (let after = ""; ; ) {
    const query = db.selectFrom("erased_person").select(["person_id", "erased_at"]);
    const page = query.where("person_id", ">", after).orderBy("person_id").limit(tombstonesPerPage);
    const rows = await page.execute();
    for (const { person_id, erased_at } of rows) yield { personId: person_id, erasedAt: erased_at };
    const last = rows.at(-1);
    if (last === undefined || rows.length < tombstonesPerPage) return;
    after = last.person_id;
  }
}

/** People who are gone and whose end the ledger was not seen to hold, by id; those after this one. */
export async function listUnrecordedErasures(
  db: VaultDb,
  { after = "", limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Tombstone[]> {
  const query = db.selectFrom("erased_person").where("recorded", "=", 0);
  const rows = await query
    .select(["person_id", "erased_at"])
    .where("person_id", ">", after)
    .orderBy("person_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({ personId: row.person_id, erasedAt: row.erased_at }));
}

/** Of these people, those who are gone and whose end the ledger was not seen to hold. */
export async function listUnrecordedAmong(
  db: VaultDb,
  personIds: readonly string[],
): Promise<string[]> {
  if (personIds.length === 0) return [];
  const query = db.selectFrom("erased_person").select("person_id").where("recorded", "=", 0);
  const rows = await query.where("person_id", "in", personIds).execute();
  return rows.map(({ person_id }) => person_id);
}

export async function markErasureRecorded(db: VaultDb, personId: string): Promise<void> {
  const query = db.updateTable("erased_person").set({ recorded: 1 });
  await query.where("person_id", "=", personId).execute();
}

/** Destroys every key of a monthly purpose, e.g. `prompts-202608`, up to and including that month. */
export async function destroyMonthlyKeys(
  db: VaultDb,
  {
    kind,
    upTo,
    at,
    limit,
  }: { kind: "prompts" | "webhook"; upTo: string; at: Instant; limit: number },
): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable("data_key")
    .set({ wrapped: null, destroyed_at: at, destroyed_reason: "retention" })
    .where("destroyed_at", "is", null)
    .where("purpose", ">=", `${kind}-`)
    .where("purpose", "<=", `${kind}-${upTo}`)
    .limit(limit)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** Destroyed keys of a person that the ledger does not record yet. */
export async function listUnrecordedOf(db: VaultDb, personId: string): Promise<DestroyedKey[]> {
  const rows = await unrecorded(db).where("person_id", "=", personId).execute();
  return rows.map(toDestroyed);
}

const nothing = { destroyedAt: "", keyId: "" };

/** Destroyed keys of anybody that the ledger does not record yet, oldest first; those after this one. */
export async function listUnrecorded(
  db: VaultDb,
  {
    after = nothing,
    limit,
  }: {
    readonly after?: Pick<DestroyedKey, "destroyedAt" | "keyId"> | undefined;
    readonly limit: number;
  },
): Promise<DestroyedKey[]> {
  const { destroyedAt, keyId } = after;
  const query = unrecorded(db).where((key) =>
    key.or([
      key("destroyed_at", ">", destroyedAt),
      key.and([key("destroyed_at", "=", destroyedAt), key("key_id", ">", keyId)]),
    ]),
  );
  const rows = await query.orderBy("destroyed_at").orderBy("key_id").limit(limit).execute();
  return rows.map(toDestroyed);
}

/** The column `told` says what the ledger records. */
const unrecorded = (db: VaultDb) =>
  db
    .selectFrom("data_key")
    .select(["key_id", "purpose", "destroyed_reason", "destroyed_at"])
    .where("told", "=", 0)
    .where("destroyed_at", "is not", null);

const toDestroyed = (
  row: Pick<VaultTables["data_key"], "key_id" | "purpose" | "destroyed_reason" | "destroyed_at">,
): DestroyedKey => ({
  keyId: row.key_id,
  purpose: row.purpose,
  reason: row.destroyed_reason ?? "erased",
  destroyedAt: row.destroyed_at ?? "",
});

export async function markDestructionRecorded(db: VaultDb, keyId: string): Promise<void> {
  await db.updateTable("data_key").set({ told: 1 }).where("key_id", "=", keyId).execute();
}
