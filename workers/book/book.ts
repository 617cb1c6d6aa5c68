import type { IgnoreReason } from "../../domain/providers/facts.js";
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
    handles: ["WebhookReceived", "WebhookIgnored", "DonationReceived", "DonationRefunded"],
    react: async ({ event, ...stored }) => {
      const { stream } = stored;
      switch (event.type) {
        case "WebhookReceived":
          return bookReceived(deps, { ...stored, event });
        case "WebhookIgnored":
          return alertIgnored(deps.log, event.data.private);
        case "DonationReceived":
          alertSuspense(deps.log, event.data.private);
          return wake(deps, stream);
        case "DonationRefunded":
          if (event.data.private.beyondGross) {
            deps.log.error({ stream }, "ALERT more was refunded than was given");
          }
      }
    },
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

/** Reasons that should not occur: the webhook may have told of money that is ours. */
const oddReasons: ReadonlySet<string> = new Set<IgnoreReason>([
  "amount-unreadable",
  "not-our-account",
  "body-destroyed",
]);

function alertIgnored(
  log: Log,
  { provider, deliveryId, reason }: { provider: string; deliveryId: string; reason: string },
): void {
  if (!oddReasons.has(reason)) return;
  log.error({ provider, delivery: deliveryId, reason }, "ALERT a webhook can't be booked");
}

function alertSuspense(
  log: Log,
  { externalId, suspenseReason }: { externalId: string; suspenseReason?: string | undefined },
): void {
  if (suspenseReason === undefined) return;
  log.error(
    { externalId, suspenseReason },
    "ALERT money is in suspense; see npm run amend-donation",
  );
}
