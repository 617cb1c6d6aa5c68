import { webhookProviderSchema } from "../../domain/webhook/events.js";
import type { Log } from "../../platform/process/log.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listWaitingFor, type WebhookRow } from "../../projections/webhooks/queries.js";
import { type ProcessManager, processManager } from "../processManager.js";
import {
  type Booking,
  bookReceived,
  bookWebhook,
  type WebhookName,
  waitsForDonation,
} from "./bookWebhook.js";

export interface BookingReactions extends Booking {
  readonly readDb: ReadDb;
  readonly log: Log;
}

export const nameOf = ({ provider, delivery_id: deliveryId }: WebhookRow): WebhookName => ({
  provider: webhookProviderSchema.parse(provider),
  deliveryId,
});

/** A webhook is booked when it comes, and looked at again when the gift it waits for is there. */
export const book = (deps: BookingReactions): ProcessManager =>
  processManager({
    name: "book",
    coveredBy: { WebhookReceived: "sweep webhooks", DonationReceived: "sweep webhooks" },
    react: async ({ event, ...stored }) =>
      event.type === "WebhookReceived"
        ? bookReceived(deps, { ...stored, event })
        : wake(deps, stored.stream),
  });

/** What fails here, or what the read model does not know of yet, is the sweep's. */
async function wake(deps: BookingReactions, stream: string): Promise<void> {
  for (const row of await listWaitingFor(deps.readDb, waitsForDonation(stream))) {
    await bookWebhook(deps, nameOf(row)).catch((error: unknown) => {
      const about = { err: error, provider: row.provider, delivery: row.delivery_id };
      deps.log.warn(about, "a webhook could not be booked with its gift; the sweep tries again");
    });
  }
}
