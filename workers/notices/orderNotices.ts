import { reactionId } from "../../platform/ids.js";
import { orderForGift } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

/**
 * Each gift is told of, and its donor thanked. Booking does not wait for it: only an order is taken
 * down here, and money in suspense may be no gift at all.
 */
export const orderNotices = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "notices",
    handles: ["DonationReceived"],
    react: async ({ id, stream, event }) => {
      if (event.data.public.standing === "suspense") return;
      const order = { giftStream: stream, at: event.data.private.occurredAt };
      for (const kind of ["donation-notice", "thank-you"] as const) {
        await orderForGift(opsDb, { ...order, kind, id: reactionId(id, kind) });
      }
    },
  });
