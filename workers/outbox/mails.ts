import type { DueOrder } from "../../platform/ops/outbox.js";
import type { MailKind } from "../../platform/ops/tables.js";
import { type MailBudget, returnMailSlot, takeMailSlot } from "../../platform/redis/mailSlots.js";
import { issueMailToken, type MailTokenUse } from "../../platform/redis/mailTokens.js";
import { findPerson } from "../../platform/vault/handles.js";
import { openLocated } from "../../platform/vault/located.js";
import { findUser, type UserRow } from "../../projections/users/queries.js";
import { mailBudgets } from "./budgets.js";
import type { Attempt, Sender, Sending } from "./sender.js";
import { linesOfTakenBack } from "./takenBack.js";
import { mailTexts } from "./texts.js";

const tokenUse: Record<MailKind, MailTokenUse | undefined> = {
  "verify-email": "verify-email",
  "reset-password": "reset-password",
  "already-registered": undefined,
  "key-issued": undefined,
  "node-suspended": undefined,
  "node-reinstated": undefined,
  "share-voided": undefined,
  "shares-wait": undefined,
  "shares-lapse-soon": undefined,
};

const budgetOf: Record<MailKind, MailBudget> = {
  "verify-email": mailBudgets.ordinary,
  "already-registered": mailBudgets.ordinary,
  "reset-password": mailBudgets.passwordReset,
  "key-issued": mailBudgets.warning,
  "node-suspended": mailBudgets.warning,
  "node-reinstated": mailBudgets.warning,
  "share-voided": mailBudgets.warning,
  "shares-wait": mailBudgets.ordinary,
  "shares-lapse-soon": mailBudgets.warning,
};

/** Mails about an account go to its owner. */
export const accountMail =
  (kind: MailKind): Sender =>
  (sending, due) =>
    sendMail(kind, sending, due);

async function sendMail(kind: MailKind, sending: Sending, due: DueOrder): Promise<Attempt> {
  const personId = await recipientOf(sending, due);
  if (personId === undefined) return "nobody";
  const user = await findUser(sending.readDb, personId);
  // The read model may be a moment behind the registration.
  if (user === undefined) return "later";
  if (!isWanted(kind, user)) return "nobody";
  const to = await openLocated(sending.vault, user.email);
  if (to === undefined) return "erased";
  if (kind !== "verify-email") return sendTo(kind, sending, due, user);
  return sendToOwnerOf(to, sending, due, user);
}

/** The owner of an address hears of it when somebody else registers with it; nobody else does. */
async function sendToOwnerOf(
  address: string,
  sending: Sending,
  due: DueOrder,
  registered: UserRow,
): Promise<Attempt> {
  const { vault, vaultDb, readDb } = sending;
  const ownerId = await findPerson(vaultDb, "email", vault.digestOf("email", address));
  if (ownerId === registered.user_id) return sendTo("verify-email", sending, due, registered);
  if (ownerId === undefined) return "nobody";
  const owner = await findUser(readDb, ownerId);
  if (owner === undefined) return "later";
  if (owner.status === "erased") return "nobody";
  const kind = owner.status === "unverified" ? "verify-email" : "already-registered";
  return sendTo(kind, sending, due, owner);
}

async function sendTo(
  kind: MailKind,
  sending: Sending,
  due: DueOrder,
  user: UserRow,
): Promise<Attempt> {
  const { vault, mailer, appUrl } = sending;
  const to = await openLocated(vault, user.email);
  const username = await openLocated(vault, user.username);
  if (to === undefined || username === undefined) return "erased";
  const details = await detailsOf(kind, sending, due, user.user_id);
  if (details === undefined) return "later";
  const slot = { addressee: user.user_id, budget: budgetOf[kind] };
  return sendCounted(sending, due, slot, async () => {
    const token = await tokenFor(kind, sending, user.user_id);
    const text = mailTexts[kind]({ appUrl, username, token, details, orderedAt: due.createdAt });
    await mailer.send({ to, messageId: messageIdOf(due, appUrl), ...text });
  });
}

/** What a mail lists is read when it is sent; undefined while the read model is behind. */
async function detailsOf(
  kind: MailKind,
  { readDb }: Sending,
  { createdAt }: DueOrder,
  personId: string,
): Promise<string | undefined> {
  return kind === "share-voided" ? linesOfTakenBack(readDb, personId, createdAt) : "";
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
    case "key-issued":
    case "node-suspended":
    case "node-reinstated":
    case "share-voided":
    case "shares-wait":
    case "shares-lapse-soon":
      return status !== "erased";
  }
}

/** Counts what was sent, not what was tried: a mail server that is away uses up nothing. */
export async function sendCounted(
  { redis, clock }: Pick<Sending, "redis" | "clock">,
  { id: orderId }: DueOrder,
  whose: { readonly addressee: string; readonly budget: MailBudget },
  send: () => Promise<void>,
): Promise<"sent" | "too-many"> {
  const slot = { ...whose, orderId };
  if (!(await takeMailSlot(redis, slot, clock.now()))) return "too-many";
  try {
    await send();
    return "sent";
  } catch (error) {
    await returnMailSlot(redis, slot);
    throw error;
  }
}

/** Made now, not when the mail was ordered: a token never lies in a database. */
async function tokenFor(kind: MailKind, { redis }: Sending, personId: string): Promise<string> {
  const use = tokenUse[kind];
  return use === undefined ? "" : issueMailToken(redis, use, personId);
}

/** The same for each attempt, so that a mail server can drop a second copy. */
export const messageIdOf = ({ id }: DueOrder, appUrl: string): string =>
  `<${id}@${new URL(appUrl).hostname}>`;
