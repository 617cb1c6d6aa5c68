import { reactionId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

/** Whoever registers gets the mail that proves the address. */
export const orderVerification = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "mail",
    handles: ["UserRegistered"],
    react: ({ id, event }) =>
      orderMail(opsDb, {
        id: reactionId(id, "verify-email"),
        kind: "verify-email",
        to: { personId: event.data.private.userId },
        at: event.data.private.at,
      }),
  });
