import type { LedgerEventOf } from "../../domain/ledger.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { reactionId } from "../../platform/ids.js";
import { orderForGift } from "../../platform/ops/outbox.js";
import { type GiftOrderKind, giftOrderKinds, type OpsDb } from "../../platform/ops/tables.js";
import { type ProcessManager, processManager } from "../processManager.js";

/** The orders that follow this gift have ids of their own: taken down again, they are the same ones. */
export const giftOrderId = (receivedId: string, kind: GiftOrderKind): string =>
  reactionId(receivedId, kind);

/** Money in suspense may be no gift at all. */
export async function orderNoticesOf(
  opsDb: OpsDb,
  { id, stream, event }: StoredEvent<LedgerEventOf<"DonationReceived">>,
): Promise<void> {
  if (event.data.public.standing === "suspense") return;
  const order = { giftStream: stream, at: event.data.private.occurredAt };
  await orderForGift(
    opsDb,
    giftOrderKinds.map((kind) => ({ ...order, kind, id: giftOrderId(id, kind) })),
  );
}

/**
 * Each gift gets a notice, and its donor a thank-you mail. Booking does not wait for them: only an
 * order is taken down here.
 */
export const orderNotices = (opsDb: OpsDb): ProcessManager =>
  processManager({
    name: "notices",
    coveredBy: { DonationReceived: "sweep notices" },
    react: (received) => orderNoticesOf(opsDb, received),
  });
