import type { Instant } from "../../domain/time.js";
import { isDuplicateKey } from "../mysql/database.js";
import type { HandleKind, VaultDb } from "./tables.js";

/** E-mail and user name belong to one person each: a UNIQUE key says so, not a check that may race. */
export interface HandleClaim {
  readonly personId: string;
  readonly digests: Readonly<Record<HandleKind, Buffer>>;
  readonly at: Instant;
}

/**
 * Takes the user name, and the address if it is nobody's yet. False when the user name is taken, and
 * then nothing is. Whether the address was free shows to nobody but its owner, who gets the mail.
 */
export async function takeHandles(
  db: VaultDb,
  { personId, digests, at }: HandleClaim,
): Promise<boolean> {
  const rowOf = (kind: HandleKind) => ({
    kind,
    digest: digests[kind],
    person_id: personId,
    taken_at: at,
  });
  try {
    await db.transaction().execute(async (trx) => {
      await trx.insertInto("handle").values(rowOf("username")).execute();
      await trx.insertInto("handle").ignore().values(rowOf("email")).execute();
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

export async function findPerson(
  db: VaultDb,
  kind: HandleKind,
  digest: Buffer,
): Promise<string | undefined> {
  const query = db.selectFrom("handle").select("person_id").where("kind", "=", kind);
  return (await query.where("digest", "=", digest).executeTakeFirst())?.person_id;
}

export async function releaseHandles(db: VaultDb, personId: string): Promise<void> {
  await db.deleteFrom("handle").where("person_id", "=", personId).execute();
}

export async function markRegistered(db: VaultDb, personId: string): Promise<void> {
  await db.updateTable("handle").set({ registered: 1 }).where("person_id", "=", personId).execute();
}

/** People whose handles were taken before this instant and whose registration may never have come. */
export async function listUnregistered(
  db: VaultDb,
  { before, limit }: { before: Instant; limit: number },
): Promise<string[]> {
  const query = db.selectFrom("handle").select("person_id").where("registered", "=", 0);
  const rows = await query
    .where("taken_at", "<", before)
    .orderBy("taken_at")
    .limit(limit)
    .execute();
  return [...new Set(rows.map((row) => row.person_id))];
}

/** People who were registered and may not be any more, by id; those after this one. */
export async function listInDoubt(
  db: VaultDb,
  { after = "", limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<string[]> {
  const query = db.selectFrom("handle").select("person_id").distinct();
  const rows = await query
    .where("registered", "=", 2)
    .where("person_id", ">", after)
    .orderBy("person_id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.person_id);
}
