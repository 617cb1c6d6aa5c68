import { hour, mailsPerAddressPerHourMax } from "../../domain/limits.js";
import type { DueOrder } from "../../platform/ops/outbox.js";
import type { MailKind } from "../../platform/ops/tables.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { issueMailToken, type MailTokenUse } from "../../platform/redis/mailTokens.js";
import { findPerson } from "../../platform/vault/handles.js";
import { openLocated } from "../../platform/vault/located.js";
import { findUser, type UserRow } from "../../projections/users/queries.js";
import type { Attempt, Sender, Sending } from "./sender.js";
import { mailTexts } from "./texts.js";

const tokenUse: Record<MailKind, MailTokenUse | undefined> = {
  "verify-email": "verify-email",
  "reset-password": "reset-password",
  "already-registered": undefined,
};

/** Mails about an account go to its owner. */
export const accountMail =
  (kind: MailKind): Sender =>
  (sending, due) =>
    sendMail(kind, sending, due);

async function sendMail(kind: MailKind, sending: Sending, due: DueOrder): Promise<Attempt> {
  const { readDb, vault, redis, mailer, appUrl } = sending;
  const personId = await recipientOf(sending, due);
  if (personId === undefined) return "nobody";
  const user = await findUser(readDb, personId);
  // The read model may be a moment behind the registration.
  if (user === undefined) return "later";
  if (!isWanted(kind, user)) return "nobody";
  const to = await openLocated(vault, user.email);
  const username = await openLocated(vault, user.username);
  if (to === undefined || username === undefined) return "erased";
  if (await isTooMany(redis, personId)) return "too-many";
  const token = await tokenFor(kind, sending, personId);
  const text = mailTexts[kind]({ appUrl, username, token });
  await mailer.send({ to, messageId: messageIdOf(due, appUrl), ...text });
  return "sent";
}

async function recipientOf(
  { vaultDb }: Sending,
  { personId, emailDigest }: DueOrder,
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

/** So many an hour and no more, so that nobody can have an address flooded by us. */
export async function isTooMany(redis: RedisClient, addressee: string): Promise<boolean> {
  const key = `mails-sent-to:${addressee}`;
  const sent = await redis.incr(key);
  if (sent === 1) await redis.pexpire(key, hour);
  return sent > mailsPerAddressPerHourMax;
}

/** Made now, not when the mail was ordered: a token never lies in a database. */
async function tokenFor(kind: MailKind, { redis }: Sending, personId: string): Promise<string> {
  const use = tokenUse[kind];
  return use === undefined ? "" : issueMailToken(redis, use, personId);
}

/** The same for each attempt, so that a mail server can drop a second copy. */
export const messageIdOf = ({ id }: DueOrder, appUrl: string): string =>
  `<${id}@${new URL(appUrl).hostname}>`;
