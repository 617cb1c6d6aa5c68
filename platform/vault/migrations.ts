import type { Migrations } from "../mysql/migrate.js";

/** Numbered and never edited once released: what lies in the vault can't be rebuilt. */
export const vaultMigrations: Migrations = {
  "0001_keys_and_handles": [
    `CREATE TABLE data_key (
      key_id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      person_id CHAR(36) CHARACTER SET ascii NOT NULL,
      purpose VARCHAR(32) CHARACTER SET ascii NOT NULL,
      wrapped VARBINARY(64) NULL,
      created_at CHAR(24) CHARACTER SET ascii NOT NULL,
      destroyed_at CHAR(24) CHARACTER SET ascii NULL,
      destroyed_reason VARCHAR(16) CHARACTER SET ascii NULL,
      told TINYINT NOT NULL DEFAULT 0,
      UNIQUE KEY person_purpose (person_id, purpose),
      KEY purpose (purpose),
      KEY told (told, destroyed_at)
    )`,
    `CREATE TABLE handle (
      kind VARCHAR(16) CHARACTER SET ascii NOT NULL,
      digest BINARY(32) NOT NULL,
      person_id CHAR(36) CHARACTER SET ascii NOT NULL,
      taken_at CHAR(24) CHARACTER SET ascii NOT NULL,
      registered TINYINT NOT NULL DEFAULT 0,
      PRIMARY KEY (kind, digest),
      UNIQUE KEY person_kind (person_id, kind),
      KEY waiting (registered, taken_at)
    )`,
    `CREATE TABLE erased_person (
      person_id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      erased_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
  // Keys that can be read, among all those of months long past.
  "0002_readable_keys": [
    "ALTER TABLE data_key ADD KEY readable (destroyed_at, purpose), DROP KEY purpose",
  ],
  // What the log may have lost, and whose log it is.
  "0003_compared_with_the_log": [
    `ALTER TABLE erased_person
      ADD COLUMN recorded TINYINT NOT NULL DEFAULT 0, ADD KEY unrecorded (recorded, person_id)`,
    "ALTER TABLE handle ADD KEY of_person (registered, person_id)",
    `CREATE TABLE vault_ledger (
      id TINYINT NOT NULL PRIMARY KEY,
      ledger_id CHAR(36) CHARACTER SET ascii NOT NULL
    )`,
  ],
  "0004_payees": [
    `CREATE TABLE payee (
      digest BINARY(32) NOT NULL PRIMARY KEY,
      payee_id CHAR(36) CHARACTER SET ascii NOT NULL,
      operator_id CHAR(36) CHARACTER SET ascii NOT NULL,
      made_at CHAR(24) CHARACTER SET ascii NOT NULL,
      UNIQUE KEY payee (payee_id),
      KEY operator (operator_id)
    )`,
  ],
};
