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

/** Takes these again for somebody who had them; false when one is somebody else's by now. */
export async function retakeHandles(
  db: VaultDb,
  {
    personId,
    wanted,
    at,
  }: {
    readonly personId: string;
    readonly wanted: readonly { readonly kind: HandleKind; readonly digest: Buffer }[];
    readonly at: Instant;
  },
): Promise<boolean> {
  for (const handle of wanted) {
    const row = { ...handle, person_id: personId, taken_at: at, registered: 1 };
    await db.insertInto("handle").ignore().values(row).execute();
    if ((await findPerson(db, handle.kind, handle.digest)) !== personId) return false;
  }
  return true;
}

/** How many handles each of these people has; nobody is named who has none. */
export async function countHandles(
  db: VaultDb,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (personIds.length === 0) return new Map();
  const query = db.selectFrom("handle").select(["person_id", "kind"]);
  const counts = new Map<string, number>();
  for (const row of await query.where("person_id", "in", personIds).execute()) {
    counts.set(row.person_id, (counts.get(row.person_id) ?? 0) + 1);
  }
  return counts;
}

/** Some of those who have handles. */
export async function listSomePeople(db: VaultDb, limit: number): Promise<string[]> {
  const rows = await db.selectFrom("handle").select("person_id").limit(limit).execute();
  return [...new Set(rows.map(({ person_id }) => person_id))];
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
