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

/** What an account's owner is told of by mail. */
export const orderAccountMails = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "mail",
    handles: ["UserRegistered", "ApiKeyIssued"],
    react: ({ id, event }) => {
      const kind = mailAfter[event.type];
      const { userId: personId, at } = event.data.private;
      return orderMail(opsDb, { id: reactionId(id, kind), kind, to: { personId }, at });
    },
  });
