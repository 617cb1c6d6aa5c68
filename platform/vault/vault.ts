import { createHmac, hkdfSync, randomBytes } from "node:crypto";
import { sql } from "kysely";
import { LRUCache } from "lru-cache";
import type { Purpose, SealedValue, Secret } from "../../domain/message.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../ids.js";
import type { Alert } from "../process/hourlyAlert.js";
import { type SealPlace, seal, unseal, unwrapKey, wrapKey } from "./sealing.js";
import type { HandleKind, VaultDb } from "./tables.js";

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
  digestOf(kind: HandleKind | "payee" | "destination", text: string): Buffer;
  /** 256 bits that only we can make: what proves a link that is kept nowhere (`keys/payoutLinks.ts`). */
  linkMac(text: string): Buffer;
  /** Keys are read from the database again. */
  clearKeyCache(): void;
}

/** A key opens and seals from memory this long; destroying one takes effect everywhere after it. */
const keyCacheMs = 30_000;
const keyCacheMax = 10_000;
const keyBytes = 32;

/** `alert` is told of keys that are missing. */
export function createVault(db: VaultDb, appSecret: string, alert?: Alert): Vault {
  const masterKey = derivedKey(appSecret, "vault master key v1");
  const handleKey = derivedKey(appSecret, "vault handles v1");
  const linkKey = derivedKey(appSecret, "payout links v1");
  const keyById = new LRUCache<string, Buffer>({ max: keyCacheMax, ttl: keyCacheMs });
  /** Callers that want the same key at once share one look. */
  const keyByOwner = new LRUCache<string, OwnedKey, Wanted>({
    max: keyCacheMax,
    ttl: keyCacheMs,
    fetchMethod: async (_owner, _stale, { context: { secret, at } }) => {
      const { keyId, wrapped } = await findOrMakeKey(db, masterKey, secret, at);
      const key = unwrapKey(masterKey, wrapped);
      keyById.set(keyId, key);
      return { keyId, key };
    },
  });

  return {
    async seal(secret, place, at) {
      const owner = `${secret.personId} ${secret.purpose}`;
      const { keyId, key } = await keyByOwner.forceFetch(owner, { context: { secret, at } });
      return seal(key, keyId, place, secret.text);
    },
    async open(sealed, place) {
      const cached = keyById.get(sealed.keyId);
      if (cached !== undefined) return { status: "open", text: unseal(cached, place, sealed) };
      const wrapped = await findWrapped(db, sealed.keyId);
      if (wrapped === undefined) {
        alert?.(missingKey, { keyId: sealed.keyId });
        throw new UnknownKeyError(`The vault knows no key ${sealed.keyId}.`);
      }
      if (wrapped === null) return { status: "erased" };
      const key = unwrapKey(masterKey, wrapped);
      keyById.set(sealed.keyId, key);
      return { status: "open", text: unseal(key, place, sealed) };
    },
    clearKeyCache() {
      keyById.clear();
      keyByOwner.clear();
    },
    linkMac: (text) => createHmac("sha256", linkKey).update(text).digest(),
    digestOf: (kind, text) =>
      createHmac("sha256", handleKey)
        .update(`${kind} ${normalised(text)}`)
        .digest(),
  };
}

interface OwnedKey {
  readonly keyId: string;
  readonly key: Buffer;
}
interface Wanted {
  readonly secret: Secret;
  readonly at: Instant;
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
  await makeKey(db, masterKey, { personId, purpose, at });
  const made = await findKey(db, personId, purpose);
  if (made === undefined) throw new PersonErasedError("This person was erased.");
  return usable(made);
}

/**
 * Nothing is made for a person with a tombstone: one statement looks and inserts, so an erasure at
 * the same moment either is seen here or finds the key made here. If two are made at once, one is kept.
 */
async function makeKey(
  db: VaultDb,
  masterKey: Buffer,
  { personId, purpose, at }: { personId: string; purpose: Purpose; at: Instant },
): Promise<void> {
  const wrapped = wrapKey(masterKey, randomBytes(keyBytes));
  await sql`
    INSERT IGNORE INTO data_key (key_id, person_id, purpose, wrapped, created_at)
    SELECT ${newId()}, ${personId}, ${purpose}, ${wrapped}, ${at} FROM DUAL
    WHERE NOT EXISTS (SELECT 1 FROM erased_person WHERE person_id = ${personId})`.execute(db);
}

const findKey = (
  db: VaultDb,
  personId: string,
  purpose: Purpose,
): Promise<{ keyId: string; wrapped: Buffer | null } | undefined> =>
  db
    .selectFrom("data_key")
    .select(["key_id as keyId", "wrapped"])
    .where("person_id", "=", personId)
    .where("purpose", "=", purpose)
    .executeTakeFirst();

function usable({ keyId, wrapped }: { keyId: string; wrapped: Buffer | null }): WrappedKey {
  if (wrapped === null) throw new PersonErasedError("This person's key is destroyed.");
  return { keyId, wrapped };
}

const missingKey =
  "ALERT the vault lacks a key that the ledger names, so it is older than the log, or another's. " +
  "Restore a newer one: what was sealed under it can't be read until then";

/** Null once it is destroyed; undefined for one that was never in here. */
async function findWrapped(db: VaultDb, keyId: string): Promise<Buffer | null | undefined> {
  const query = db.selectFrom("data_key").select("wrapped").where("key_id", "=", keyId);
  return (await query.executeTakeFirst())?.wrapped;
}
