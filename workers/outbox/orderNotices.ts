import { reactionId } from "../../platform/ids.js";
import { orderForGift } from "../../platform/ops/outbox.js";
import { giftOrderKinds, type OpsDb } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

/**
 * Each gift gets a notice, and its donor a thank-you mail. Booking does not wait for them: only an
 * order is taken down here, and money in suspense may be no gift at all.
 */
export const orderNotices = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "notices",
    handles: ["DonationReceived"],
    react: async ({ id, stream, event }) => {
      if (event.data.public.standing === "suspense") return;
      const order = { giftStream: stream, at: event.data.private.occurredAt };
      for (const kind of giftOrderKinds) {
        await orderForGift(opsDb, { ...order, kind, id: reactionId(id, kind) });
      }
    },
  });
