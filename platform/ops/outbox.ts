import type { Instant } from "../../domain/time.js";
import type { GiftOrderKind, MailKind, OpsDb, OpsTables } from "./tables.js";

export interface MailOrder {
  /** The same id is the same mail: ordering it twice sends it once. */
  readonly id: string;
  readonly kind: MailKind;
  /** Whom it is for: a person, or whoever owns the address with this digest, if anybody does. */
  readonly to: { readonly personId: string } | { readonly emailDigest: Buffer };
  readonly at: Instant;
}

/** Takes a mail down; `workers/mail` sends it. */
export async function orderMail(db: OpsDb, { id, kind, to, at }: MailOrder): Promise<void> {
  await db
    .insertInto("outbox")
    .ignore()
    .values({
      id,
      kind,
      person_id: "personId" in to ? to.personId : null,
      email_digest: "emailDigest" in to ? to.emailDigest : null,
      gift_stream: null,
      created_at: at,
      attempts: 0,
      due_at: at,
      done_at: null,
      outcome: null,
    })
    .execute();
}

/** What is open and due, longest due first. */
const dueOrders = (db: OpsDb, { now, limit }: { now: Instant; limit: number }) =>
  db
    .selectFrom("outbox")
    .selectAll()
    .where("done_at", "is", null)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit);

export interface DueMail {
  readonly id: string;
  readonly kind: MailKind;
  readonly personId: string | null;
  readonly emailDigest: Buffer | null;
  readonly createdAt: Instant;
  readonly attempts: number;
}

export async function listDueMails(
  db: OpsDb,
  { now, limit }: { now: Instant; limit: number },
): Promise<DueMail[]> {
  const rows = await dueOrders(db, { now, limit }).where("gift_stream", "is", null).execute();
  return rows.map((row) => ({
    id: row.id,
    // Orders about an account are mails; those about a gift have its stream.
    kind: row.kind as MailKind,
    personId: row.person_id,
    emailDigest: row.email_digest,
    createdAt: row.created_at,
    attempts: row.attempts,
  }));
}

export type MailOutcome = NonNullable<OpsTables["outbox"]["outcome"]>;

export async function closeMail(
  db: OpsDb,
  id: string,
  { outcome, at }: { outcome: MailOutcome; at: Instant },
): Promise<void> {
  await db.updateTable("outbox").set({ outcome, done_at: at }).where("id", "=", id).execute();
}

export async function postponeMail(
  db: OpsDb,
  id: string,
  { attempts, dueAt }: { attempts: number; dueAt: Instant },
): Promise<void> {
  await db.updateTable("outbox").set({ attempts, due_at: dueAt }).where("id", "=", id).execute();
}

/** What is done is kept long enough that the same order can't send a second mail. */
export async function pruneOutbox(db: OpsDb, before: Instant): Promise<void> {
  await db.deleteFrom("outbox").where("done_at", "<", before).execute();
}

export interface GiftOrder {
  readonly id: string;
  readonly kind: GiftOrderKind;
  readonly giftStream: string;
  /** When the gift was given: what is told too late is not told. */
  readonly at: Instant;
}

/** Takes down what is to follow a gift; `workers/notices` carries it out. */
export async function orderForGift(
  db: OpsDb,
  { id, kind, giftStream, at }: GiftOrder,
): Promise<void> {
  const nobody = { person_id: null, email_digest: null };
  const open = { attempts: 0, due_at: at, done_at: null, outcome: null };
  await db
    .insertInto("outbox")
    .ignore()
    .values({ id, kind, gift_stream: giftStream, created_at: at, ...nobody, ...open })
    .execute();
}

export interface DueGiftOrder {
  readonly id: string;
  readonly giftStream: string;
  readonly createdAt: Instant;
  readonly attempts: number;
}

export async function listDueForGifts(
  db: OpsDb,
  { kind, now, limit }: { kind: GiftOrderKind; now: Instant; limit: number },
): Promise<DueGiftOrder[]> {
  const rows = await dueOrders(db, { now, limit }).where("kind", "=", kind).execute();
  return rows.map((row) => ({
    id: row.id,
    giftStream: row.gift_stream ?? "",
    createdAt: row.created_at,
    attempts: row.attempts,
  }));
}

/** @param urlSha256 a webhook's URL is a secret, so only its hash is kept */
export async function isGone(db: OpsDb, urlSha256: string): Promise<boolean> {
  const query = db.selectFrom("gone_webhook").select("gone_at");
  return (await query.where("url_sha256", "=", urlSha256).executeTakeFirst()) !== undefined;
}

export async function markGone(db: OpsDb, urlSha256: string, at: Instant): Promise<void> {
  await db
    .insertInto("gone_webhook")
    .ignore()
    .values({ url_sha256: urlSha256, gone_at: at })
    .execute();
}
