import type { Generated, Kysely } from "kysely";

export interface VaultTables {
  data_key: {
    key_id: string;
    person_id: string;
    purpose: string;
    /** The key, AES-256-GCM under the master key; null once destroyed: the tombstone. */
    wrapped: Buffer | null;
    created_at: string;
    destroyed_at: string | null;
    destroyed_reason: "erased" | "retention" | null;
    /** Set once the ledger tells of the destruction. */
    told: Generated<number>;
  };
  handle: {
    kind: HandleKind;
    /** HMAC of the normalised handle under the vault's own key. */
    digest: Buffer;
    person_id: string;
    taken_at: string;
    /** 1 once the ledger holds the person's registration; 2 when it did and may not any more. */
    registered: Generated<number>;
  };
  /** Payout accounts that operators named, each once. */
  payee: {
    /** HMAC of method and account under the vault's own key. */
    digest: Buffer;
    /** Drawn; events hold this and nothing else of the account. */
    payee_id: string;
    /** Who linked it first. */
    operator_id: string;
    made_at: string;
  };
  /** People who are gone: no key is ever made for them again. */
  erased_person: {
    person_id: string;
    erased_at: string;
    /** Set once the ledger was seen to hold what ended them. */
    recorded: Generated<number>;
  };
  /** One row: the ledger whose people are in here. */
  vault_ledger: { id: 1; ledger_id: string };
}

export type VaultDb = Kysely<VaultTables>;

export type HandleKind = "email" | "username";
