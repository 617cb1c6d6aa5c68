import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Transaction } from "kysely";
import { LRUCache } from "lru-cache";
import type { Purpose, SealedValue, Secret } from "../../domain/message.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../ids.js";
import { type SealPlace, seal, unseal, unwrapKey, wrapKey } from "./sealing.js";
import type { HandleKind, VaultDb, VaultTables } from "./tables.js";

/** Nothing can be sealed for somebody who is gone. */
export class PersonErasedError extends Error {
  override readonly name = "PersonErasedError";
}

/** The vault in this database is not the one that sealed this value. */
export class UnknownKeyError extends Error {
  override readonly name = "UnknownKeyError";
}

export type Opened =
  | { readonly status: "open"; readonly text: string }
  | { readonly status: "erased" };

export interface Vault {
  /** @throws PersonErasedError */
  seal(secret: Secret, place: SealPlace, at: Instant): Promise<SealedValue>;
  /** Erased is an answer; a vault that can't be asked is an error. @throws UnknownKeyError */
  open(sealed: SealedValue, place: SealPlace): Promise<Opened>;
  digestOf(kind: HandleKind, text: string): Buffer;
}

/** A key opens and seals from memory this long; destroying one takes effect everywhere after it. */
const keyCacheMs = 30_000;
const keyCacheMax = 10_000;
const keyBytes = 32;

export function createVault(db: VaultDb, appSecret: string): Vault {
  const masterKey = derivedKey(appSecret, "vault master key v1");
  const handleKey = derivedKey(appSecret, "vault handles v1");
  const cache = { max: keyCacheMax, ttl: keyCacheMs };
  const keyById = new LRUCache<string, Buffer>(cache);
  const idByOwner = new LRUCache<string, string>(cache);

  async function keyOf(secret: Secret, at: Instant): Promise<{ keyId: string; key: Buffer }> {
    const owner = `${secret.personId} ${secret.purpose}`;
    const cachedId = idByOwner.get(owner);
    const cached = cachedId === undefined ? undefined : keyById.get(cachedId);
    if (cachedId !== undefined && cached !== undefined) return { keyId: cachedId, key: cached };
    const row = await findOrMakeKey(db, masterKey, secret, at);
    const key = unwrapKey(masterKey, row.wrapped);
    idByOwner.set(owner, row.keyId);
    keyById.set(row.keyId, key);
    return { keyId: row.keyId, key };
  }

  return {
    async seal(secret, place, at) {
      const { keyId, key } = await keyOf(secret, at);
      return seal(key, keyId, place, secret.text);
    },
    async open(sealed, place) {
      const cached = keyById.get(sealed.keyId);
      if (cached !== undefined) return { status: "open", text: unseal(cached, place, sealed) };
      const wrapped = await findWrapped(db, sealed.keyId);
      if (wrapped === null) return { status: "erased" };
      const key = unwrapKey(masterKey, wrapped);
      keyById.set(sealed.keyId, key);
      return { status: "open", text: unseal(key, place, sealed) };
    },
    digestOf: (kind, text) =>
      createHmac("sha256", handleKey)
        .update(`${kind} ${normalised(text)}`)
        .digest(),
  };
}

/** One secret in the settings, one key for each use of it. */
export const derivedKey = (appSecret: string, use: string): Buffer =>
  Buffer.from(hkdfSync("sha256", appSecret, "obsidian-ledger", use, keyBytes));

/** "Ana@Example.org " and "ana@example.org" are one owner. */
const normalised = (text: string): string => text.normalize("NFKC").trim().toLowerCase();

interface WrappedKey {
  readonly keyId: string;
  readonly wrapped: Buffer;
}

async function findOrMakeKey(
  db: VaultDb,
  masterKey: Buffer,
  { personId, purpose }: Secret,
  at: Instant,
): Promise<WrappedKey> {
  const known = await findKey(db, personId, purpose);
  if (known !== undefined) return usable(known);
  return db.transaction().execute(async (trx) => {
    await refuseErased(trx, personId);
    const made = {
      key_id: newId(),
      person_id: personId,
      purpose,
      wrapped: wrapKey(masterKey, randomBytes(keyBytes)),
      created_at: at,
      destroyed_at: null,
      destroyed_reason: null,
    };
    // Two at once: the second keeps the first one's key.
    await trx.insertInto("data_key").ignore().values(made).execute();
    const kept = await findKey(trx, personId, purpose, "locked");
    if (kept === undefined) throw new Error(`The key for ${purpose} could not be made.`);
    return usable(kept);
  });
}

async function findKey(
  db: VaultDb,
  personId: string,
  purpose: Purpose,
  mode: "plain" | "locked" = "plain",
): Promise<{ keyId: string; wrapped: Buffer | null } | undefined> {
  const query = db
    .selectFrom("data_key")
    .select(["key_id as keyId", "wrapped"])
    .where("person_id", "=", personId)
    .where("purpose", "=", purpose);
  // Inside the transaction a plain read would not see a row that somebody else just committed.
  return (mode === "locked" ? query.forUpdate() : query).executeTakeFirst();
}

function usable({ keyId, wrapped }: { keyId: string; wrapped: Buffer | null }): WrappedKey {
  if (wrapped === null) throw new PersonErasedError("This person's key is destroyed.");
  return { keyId, wrapped };
}

/** The lock keeps an erasure that runs at the same moment from missing the key made here. */
async function refuseErased(trx: Transaction<VaultTables>, personId: string): Promise<void> {
  const query = trx.selectFrom("erased_person").select("person_id").forUpdate();
  const erased = await query.where("person_id", "=", personId).executeTakeFirst();
  if (erased !== undefined) throw new PersonErasedError("This person was erased.");
}

async function findWrapped(db: VaultDb, keyId: string): Promise<Buffer | null> {
  const query = db.selectFrom("data_key").select("wrapped").where("key_id", "=", keyId);
  const row = await query.executeTakeFirst();
  if (row === undefined) throw new UnknownKeyError(`The vault knows no key ${keyId}.`);
  return row.wrapped;
}
