import type { LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { reactionId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { MailKind, OpsDb } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

const mailAfter = {
  /** Proves the address. */
  UserRegistered: "verify-email",
  /** Whoever made the key with a stolen password did not do it unseen. */
  ApiKeyIssued: "key-issued",
} as const satisfies Record<string, MailKind>;

/** The id of such an order follows from the event: ordered again, it is the same one. */
export const accountMailId = (eventId: string, type: keyof typeof mailAfter): string =>
  reactionId(eventId, mailAfter[type]);

export function orderAccountMail(
  opsDb: OpsDb,
  { id, event }: Pick<StoredEvent<LedgerEventOf<keyof typeof mailAfter>>, "id" | "event">,
): Promise<void> {
  const { userId: personId, at } = event.data.private;
  const order = { id: accountMailId(id, event.type), kind: mailAfter[event.type], at };
  return orderMail(opsDb, { ...order, to: { personId } });
}

/** What an account's owner is told of by mail. */
export const orderAccountMails = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "mail",
    coveredBy: { UserRegistered: "sweep verifications", ApiKeyIssued: "sweep key mails" },
    react: (stored) => orderAccountMail(opsDb, stored),
  });
