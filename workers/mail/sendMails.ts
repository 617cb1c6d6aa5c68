import { hour, mailsPerAddressPerHourMax, mailTooOldMs, second } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import type { Mailer } from "../../platform/mailer.js";
import {
  closeMail,
  type DueMail,
  listDueMails,
  type MailOutcome,
  postponeMail,
} from "../../platform/ops/outbox.js";
import type { MailKind, OpsDb } from "../../platform/ops/tables.js";
import type { Clock } from "../../platform/process/clock.js";
import type { Log } from "../../platform/process/log.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { issueMailToken, type MailTokenUse } from "../../platform/redis/mailTokens.js";
import { findPerson } from "../../platform/vault/handles.js";
import { openLocated } from "../../platform/vault/located.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { Vault } from "../../platform/vault/vault.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { UserRow } from "../../projections/users/projection.js";
import { findUser } from "../../projections/users/queries.js";
import { mailTexts } from "./texts.js";

export interface Mailing {
  readonly opsDb: OpsDb;
  readonly vaultDb: VaultDb;
  readonly readDb: ReadDb;
  readonly vault: Vault;
  readonly redis: RedisClient;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly log: Log;
  readonly appUrl: string;
}

const mailsPerRound = 20;
/** More than a day of attempts: by then the mail is too old anyway. */
export const attemptsMax = 40;
/** s: 1, 2, 4 … 3600 */
export const retryMs = (attempts: number): number => Math.min(second * 2 ** attempts, hour);

const tokenUse: Record<MailKind, MailTokenUse | undefined> = {
  "verify-email": "verify-email",
  "reset-password": "reset-password",
  "already-registered": undefined,
};

/** Sends what is due. A mail that can't go out now waits, longer each time. */
export async function sendDueMails(mailing: Mailing): Promise<void> {
  const { opsDb, clock, log } = mailing;
  for (const due of await listDueMails(opsDb, { now: clock.now(), limit: mailsPerRound })) {
    try {
      const outcome = await sendMail(mailing, due);
      if (outcome === "later") await postpone(mailing, due);
      else await closeMail(opsDb, due.id, { outcome, at: clock.now() });
    } catch (error) {
      log.warn({ err: error, mailId: due.id, kind: due.kind }, "a mail did not go out");
      await postpone(mailing, due);
    }
  }
}

async function postpone({ opsDb, clock }: Mailing, { id, attempts }: DueMail): Promise<void> {
  const at = clock.now();
  if (attempts + 1 >= attemptsMax) return closeMail(opsDb, id, { outcome: "gave-up", at });
  const dueAt = plusMs(at, retryMs(attempts));
  await postponeMail(opsDb, id, { attempts: attempts + 1, dueAt });
}

async function sendMail(mailing: Mailing, due: DueMail): Promise<MailOutcome | "later"> {
  if (plusMs(due.createdAt, mailTooOldMs) < mailing.clock.now()) return "too-old";
  const personId = await recipientOf(mailing, due);
  if (personId === undefined) return "nobody";
  const user = await findUser(mailing.readDb, personId);
  // The read model may be a moment behind the registration.
  if (user === undefined) return "later";
  if (!isWanted(due.kind, user)) return "nobody";
  const [email, username] = [user.email, user.username];
  if (email === null || username === null) return "erased";
  const to = await openLocated(mailing.vault, email);
  const name = await openLocated(mailing.vault, username);
  if (to.status === "erased" || name.status === "erased") return "erased";
  if (await isTooMany(mailing.redis, personId)) return "too-many";
  await deliver(mailing, due, { personId, to: to.text, username: name.text });
  return "sent";
}

async function recipientOf(
  { vaultDb }: Mailing,
  { personId, emailDigest }: DueMail,
): Promise<string | undefined> {
  if (personId !== null) return personId;
  return emailDigest === null ? undefined : findPerson(vaultDb, "email", emailDigest);
}

function isWanted(kind: MailKind, { status }: UserRow): boolean {
  switch (kind) {
    case "verify-email":
      return status === "unverified";
    case "reset-password":
    case "already-registered":
      return status !== "erased";
  }
}

export async function isTooMany(redis: RedisClient, addressee: string): Promise<boolean> {
  const key = `mails-sent-to:${addressee}`;
  const sent = await redis.incr(key);
  if (sent === 1) await redis.pexpire(key, hour);
  return sent > mailsPerAddressPerHourMax;
}

interface Recipient {
  readonly personId: string;
  readonly to: string;
  readonly username: string;
}

/** The link is made now, not when the mail was ordered: a token never lies in a database. */
async function deliver(
  { redis, mailer, appUrl }: Mailing,
  { id, kind }: DueMail,
  { personId, to, username }: Recipient,
): Promise<void> {
  const use = tokenUse[kind];
  const token = use === undefined ? "" : await issueMailToken(redis, use, personId);
  const { subject, text } = mailTexts[kind]({ appUrl, username, token });
  const messageId = `<${id}@${new URL(appUrl).hostname}>`;
  await mailer.send({ to, subject, text, messageId });
}
