import { monthOf } from "../../domain/time.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { providerCommandId, sha256Hex, webhookBodyOwnerId } from "../../platform/ids.js";
import { contextOf } from "../context.js";
import { handle, type Ledger, newStream } from "../handle.js";

export interface WebhookDelivery {
  readonly provider: WebhookProvider;
  readonly deliveryId: string;
  readonly topic: string;
  /** The bytes whose signature was checked. */
  readonly body: Uint8Array;
}

/**
 * Writes down what a provider proved to have sent, before it is told that we have it. What it means
 * is found out later, so that nothing can be lost here that can be understood there.
 * @throws BusyError, EventStoreUnavailableError; then nothing may be written, and it will come again
 */
export async function receiveWebhook(
  ledger: Ledger,
  { provider, deliveryId, topic, body }: WebhookDelivery,
  { at, correlationId }: { readonly at: string; readonly correlationId: string },
): Promise<void> {
  const purpose = `webhook-${monthOf(at).replace("-", "")}` as const;
  const text = Buffer.from(body).toString();
  await handle(
    ledger,
    webhookDecider,
    {
      type: "ReceiveWebhook",
      provider,
      deliveryId,
      at,
      topic,
      bodySha256: sha256Hex(body),
      body: { personId: webhookBodyOwnerId, purpose, text },
    },
    contextOf({
      commandId: providerCommandId(provider, `delivery ${deliveryId}`),
      actor: `provider:${provider}`,
      at,
      correlationId,
    }),
    newStream(webhookDecider),
  );
}
