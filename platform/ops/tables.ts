import type { Kysely } from "kysely";
import type { Migrations } from "../mysql/migrate.js";

export const mailKinds = [
  "verify-email",
  "already-registered",
  "reset-password",
  "key-issued",
  "node-suspended",
  "node-reinstated",
  "share-voided",
  "shares-wait",
  "shares-lapse-soon",
] as const;
/** Mails about an account. */
export type MailKind = (typeof mailKinds)[number];
/** About how an operator is paid: each tells of one event, and goes to one address. */
export const payoutMailKinds = [
  "payout-confirm",
  "payout-confirm-paypal",
  "payout-warning",
  "sign-in-changed",
] as const;
export type PayoutMailKind = (typeof payoutMailKinds)[number];
export const giftOrderKinds = ["donation-notice", "thank-you"] as const;
/** What follows a gift: a word to everybody, and a mail to the donor. */
export type GiftOrderKind = (typeof giftOrderKinds)[number];
export const orderKinds = [...mailKinds, ...payoutMailKinds, ...giftOrderKinds] as const;
export type OrderKind = (typeof orderKinds)[number];
export type OrderOutcome =
  | "sent"
  | "too-old"
  | "nobody"
  | "erased"
  | "too-many"
  | "gave-up"
  | "gone";

export interface OpsTables {
  /** How far each process manager has come. */
  checkpoint: { name: string; ledger_id: string; position: string; event_id: string | null };
  /** Mails and notices to send. Holds who, never what: texts, addresses and tokens are made when it is sent. */
  outbox: {
    id: string;
    kind: OrderKind;
    /** The person, or null when only a handle was given, which may be nobody's. */
    person_id: string | null;
    email_digest: Buffer | null;
    /** The stream of the gift that it is about; null for mails about an account. */
    gift_stream: string | null;
    /** The event that a mail about payouts tells of; null for all others. */
    about_event: string | null;
    /** The event that holds the address; null for that of the person's account. */
    address_event: string | null;
    created_at: string;
    attempts: number;
    due_at: string;
    done_at: string | null;
    outcome: OrderOutcome | null;
  };
  /** Reactions that kept failing, to be tried until they work out. */
  postponed_reaction: { manager: string; event_id: string; position: string };
  /** Webhooks that are no more: Discord wants them never called again. */
  gone_webhook: { url_sha256: string; gone_at: string };
  /** Events, and other matters, that the maintainers were alerted to. */
  alerted: { event_id: string; alerted_at: string };
  /** What maintainers are to be told outside of the log, in the words of the log. */
  alert_to_tell: {
    id: string;
    sentence: string;
    raised_at: string;
    mailed_at: string | null;
    posted_at: string | null;
  };
  /** What is not as it should be now, by the part that it is about. */
  incident: { part: string; problem: string; since: string; told_at: string | null };
  /** One row: when the newest backup was begun that is complete. */
  last_backup: { id: 1; begun_at: string };
  /** One row, from before the first event of a restore until the end of it. */
  restore_under_way: { id: 1; begun_at: string };
  /** One row: the time that the scheduler last saw and did not doubt. */
  scheduler_clock: { id: 1; seen_at: string };
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
  "0002_notices_of_gifts": [
    `ALTER TABLE outbox
      ADD COLUMN gift_stream VARCHAR(640) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL`,
    `CREATE TABLE gone_webhook (
      url_sha256 CHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      gone_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
  "0003_checkpoints_name_their_event": [
    "ALTER TABLE checkpoint ADD COLUMN event_id CHAR(36) CHARACTER SET ascii NULL",
  ],
  "0004_postponed_reactions": [
    `CREATE TABLE postponed_reaction (
      manager VARCHAR(64) CHARACTER SET ascii NOT NULL,
      event_id CHAR(36) CHARACTER SET ascii NOT NULL,
      position BIGINT UNSIGNED NOT NULL,
      PRIMARY KEY (manager, event_id),
      KEY place (position)
    )`,
  ],
  "0005_the_time_that_the_scheduler_saw": [
    `CREATE TABLE scheduler_clock (
      id TINYINT NOT NULL PRIMARY KEY,
      seen_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
  "0006_alerts": [
    `CREATE TABLE alerted (
      event_id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      alerted_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
  // Also what is pruned by its age.
  "0007_orders_due_by_kind": [
    "ALTER TABLE outbox ADD KEY due_of_kind (kind, done_at, due_at)",
    "ALTER TABLE alerted ADD KEY old (alerted_at)",
  ],
  "0010_backups": [
    `CREATE TABLE last_backup (
      id TINYINT NOT NULL PRIMARY KEY,
      begun_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
  "0011_incidents": [
    `CREATE TABLE alert_to_tell (
      id CHAR(36) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      sentence VARCHAR(500) NOT NULL,
      raised_at CHAR(24) CHARACTER SET ascii NOT NULL,
      mailed_at CHAR(24) CHARACTER SET ascii NULL,
      posted_at CHAR(24) CHARACTER SET ascii NULL,
      KEY unmailed (mailed_at, raised_at),
      KEY unposted (posted_at, raised_at),
      KEY old (raised_at)
    )`,
    `CREATE TABLE incident (
      part VARCHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
      problem VARCHAR(500) NOT NULL,
      since CHAR(24) CHARACTER SET ascii NOT NULL,
      told_at CHAR(24) CHARACTER SET ascii NULL
    )`,
  ],
  "0012_mails_about_payouts": [
    `ALTER TABLE outbox
      ADD COLUMN about_event CHAR(36) CHARACTER SET ascii NULL,
      ADD COLUMN address_event CHAR(36) CHARACTER SET ascii NULL`,
  ],
  "0013_restores": [
    `CREATE TABLE restore_under_way (
      id TINYINT NOT NULL PRIMARY KEY,
      begun_at CHAR(24) CHARACTER SET ascii NOT NULL
    )`,
  ],
};
