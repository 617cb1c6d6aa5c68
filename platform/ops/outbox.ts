import { mailTooOldMs } from "../../domain/limits.js";
import { type Instant, plusMs } from "../../domain/time.js";
import type {
  GiftOrderKind,
  MailKind,
  OpsDb,
  OrderKind,
  OrderOutcome,
  PayoutMailKind,
} from "./tables.js";

export interface MailOrder {
  /** The same id is the same mail: ordering it twice sends it once. */
  readonly id: string;
  readonly kind: MailKind;
  /** Whom it is for: a person, or whoever owns the address with this digest, if anybody does. */
  readonly to: { readonly personId: string } | { readonly emailDigest: Buffer };
  readonly at: Instant;
}

/** Orders a mail about an account; `workers/outbox` sends it. */
export const orderMail = (db: OpsDb, { to, ...order }: MailOrder): Promise<void> =>
  addOrders(db, [{ ...aboutNothing, ...to, ...order }]);

export interface PayoutMailOrder {
  readonly id: string;
  readonly kind: PayoutMailKind;
  readonly personId: string;
  readonly aboutEvent: string;
  /** The event that holds the address; undefined for that of the person's account. */
  readonly addressEvent?: string;
  readonly at: Instant;
}

/** Orders what one event is to be told by, all of it at once. */
export const orderPayoutMails = (db: OpsDb, orders: readonly PayoutMailOrder[]): Promise<void> =>
  addOrders(
    db,
    orders.map((order) => ({ ...aboutNothing, ...order })),
  );

export interface GiftOrder {
  readonly id: string;
  readonly kind: GiftOrderKind;
  readonly giftStream: string;
  /** When the gift was given: what is too old is not sent any more. */
  readonly at: Instant;
}

/** Orders what is to follow a gift, all of it at once; `workers/outbox` carries it out. */
export const orderForGift = (db: OpsDb, orders: readonly GiftOrder[]): Promise<void> =>
  addOrders(
    db,
    orders.map((order) => ({ ...aboutNothing, ...order })),
  );

interface NewOrder {
  readonly id: string;
  readonly kind: OrderKind;
  readonly personId: string | null;
  readonly emailDigest: Buffer | null;
  readonly giftStream: string | null;
  readonly aboutEvent: string | null;
  readonly addressEvent: string | null;
  readonly at: Instant;
}

const aboutNothing = {
  personId: null,
  emailDigest: null,
  giftStream: null,
  aboutEvent: null,
  addressEvent: null,
};

async function addOrders(db: OpsDb, orders: readonly NewOrder[]): Promise<void> {
  const rows = orders.map((order) => ({
    id: order.id,
    kind: order.kind,
    person_id: order.personId,
    email_digest: order.emailDigest,
    gift_stream: order.giftStream,
    about_event: order.aboutEvent,
    address_event: order.addressEvent,
    created_at: order.at,
    attempts: 0,
    due_at: order.at,
    done_at: null,
    outcome: null,
  }));
  await db.insertInto("outbox").ignore().values(rows).execute();
}

/** Of these orders, those that were recorded before. */
export async function listOrdered(db: OpsDb, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.selectFrom("outbox").select("id").where("id", "in", ids).execute();
  return new Set(rows.map(({ id }) => id));
}

/** Of these persons, those for whom such a mail was ordered before. */
export async function listPersonsOrdered(
  db: OpsDb,
  kind: MailKind,
  personIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (personIds.length === 0) return new Set();
  const query = db.selectFrom("outbox").select("person_id").where("person_id", "in", personIds);
  const rows = await query.where("kind", "=", kind).execute();
  return new Set(rows.flatMap(({ person_id }) => person_id ?? []));
}

export interface DueOrder {
  readonly id: string;
  /** Both null for what is about a gift. */
  readonly personId: string | null;
  readonly emailDigest: Buffer | null;
  /** Empty for mails about an account. */
  readonly giftStream: string;
  /** Both null for what is not about payouts, and the second for the address of the account. */
  readonly aboutEvent: string | null;
  readonly addressEvent: string | null;
  readonly createdAt: Instant;
  readonly attempts: number;
}

/**
 * What is open and due of one kind, longest due first. None waits for longer than it may be old: one
 * that is due later was ordered or postponed by a clock that was ahead, and is due now.
 */
export async function listDueOrders(
  db: OpsDb,
  { kind, now, limit }: { kind: OrderKind; now: Instant; limit: number },
): Promise<DueOrder[]> {
  const rows = await db
    .selectFrom("outbox")
    .selectAll()
    .where("kind", "=", kind)
    .where("done_at", "is", null)
    .where((row) =>
      row.or([row("due_at", "<=", now), row("due_at", ">", plusMs(now, mailTooOldMs))]),
    )
    .orderBy("due_at")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    personId: row.person_id,
    emailDigest: row.email_digest,
    giftStream: row.gift_stream ?? "",
    aboutEvent: row.about_event,
    addressEvent: row.address_event,
    createdAt: row.created_at,
    attempts: row.attempts,
  }));
}

export async function closeOrder(
  db: OpsDb,
  id: string,
  { outcome, at }: { outcome: OrderOutcome; at: Instant },
): Promise<void> {
  await db.updateTable("outbox").set({ outcome, done_at: at }).where("id", "=", id).execute();
}

export async function postponeOrder(
  db: OpsDb,
  id: string,
  { attempts, dueAt }: { attempts: number; dueAt: Instant },
): Promise<void> {
  await db.updateTable("outbox").set({ attempts, due_at: dueAt }).where("id", "=", id).execute();
}

/** What is done is kept long enough that the same order can't be carried out a second time. */
export async function pruneOutbox(
  db: OpsDb,
  { before, limit }: { readonly before: Instant; readonly limit: number },
): Promise<number> {
  const query = db.deleteFrom("outbox").where("done_at", "<", before).limit(limit);
  return Number((await query.executeTakeFirst()).numDeletedRows);
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
