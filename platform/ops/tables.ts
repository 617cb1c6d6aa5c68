import type { Kysely } from "kysely";
import type { Migrations } from "../migrate.js";

export type MailKind = "verify-email" | "already-registered" | "reset-password";

export interface OpsTables {
  /** How far each process manager has come. */
  checkpoint: { name: string; ledger_id: string; position: string };
  /** Mails to send. Holds who, never what: texts, addresses and tokens are made when it is sent. */
  outbox: {
    id: string;
    kind: MailKind;
    /** The person, or null when only a handle was given, which may be nobody's. */
    person_id: string | null;
    email_digest: Buffer | null;
    created_at: string;
    attempts: number;
    due_at: string;
    done_at: string | null;
    outcome: "sent" | "too-old" | "nobody" | "erased" | "too-many" | "gave-up" | null;
  };
}

export type OpsDb = Kysely<OpsTables>;

export const opsMigrations: Migrations = {
  "0001_checkpoints_and_outbox": [
    `CREATE TABLE checkpoint (
      name VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      ledger_id CHAR(36) CHARACTER SET ascii NOT NULL,
      position BIGINT UNSIGNED NOT NULL
    )`,
    `CREATE TABLE outbox (
      id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      kind VARCHAR(32) CHARACTER SET ascii NOT NULL,
      person_id CHAR(36) CHARACTER SET ascii NULL,
      email_digest BINARY(32) NULL,
      created_at CHAR(24) CHARACTER SET ascii NOT NULL,
      attempts INT NOT NULL,
      due_at CHAR(24) CHARACTER SET ascii NOT NULL,
      done_at CHAR(24) CHARACTER SET ascii NULL,
      outcome VARCHAR(16) CHARACTER SET ascii NULL,
      KEY due (done_at, due_at),
      KEY person (person_id)
    )`,
  ],
};
