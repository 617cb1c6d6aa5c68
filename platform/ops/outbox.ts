import type { Instant } from "../../domain/time.js";
import type { MailKind, OpsDb, OpsTables } from "./tables.js";

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
      created_at: at,
      attempts: 0,
      due_at: at,
      done_at: null,
      outcome: null,
    })
    .execute();
}

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
  const rows = await db
    .selectFrom("outbox")
    .selectAll()
    .where("done_at", "is", null)
    .where("due_at", "<=", now)
    .orderBy("due_at")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
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
