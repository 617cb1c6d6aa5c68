import type { Kysely } from "kysely";
import { reactionId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { OpsTables } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

/** Whoever registers gets the mail that proves the address. */
export const orderVerification = (opsDb: Kysely<OpsTables>): ProcessManager =>
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
