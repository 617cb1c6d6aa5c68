import type { Instant } from "../../domain/time.js";
import { isDuplicateKey } from "../mysql/database.js";
import type { HandleKind, VaultDb } from "./tables.js";

/** E-mail and user name belong to one person each: a UNIQUE key says so, not a check that may race. */
export interface HandleClaim {
  readonly personId: string;
  readonly digests: Readonly<Record<HandleKind, Buffer>>;
  readonly at: Instant;
}

class HandleTaken extends Error {
  readonly kind: HandleKind;
  constructor(kind: HandleKind) {
    super(`${kind} is taken`);
    this.kind = kind;
  }
}

/** Takes both or none. The user name is tried first: only it may be called taken to a stranger. */
export async function takeHandles(
  db: VaultDb,
  { personId, digests, at }: HandleClaim,
): Promise<"taken" | { refused: HandleKind }> {
  try {
    await db.transaction().execute(async (trx) => {
      for (const kind of ["username", "email"] as const) {
        const row = { kind, digest: digests[kind], person_id: personId, taken_at: at };
        await trx
          .insertInto("handle")
          .values(row)
          .execute()
          .catch((error: unknown) => {
            throw isDuplicateKey(error) ? new HandleTaken(kind) : error;
          });
      }
    });
    return "taken";
  } catch (error) {
    if (error instanceof HandleTaken) return { refused: error.kind };
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
  const query = db.selectFrom("handle").select("person_id").distinct().where("registered", "=", 0);
  const rows = await query.where("taken_at", "<", before).limit(limit).execute();
  return rows.map((row) => row.person_id);
}
