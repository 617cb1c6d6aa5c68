import { monthOf } from "../../domain/time.js";
import { type WebhookState, webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { providerCommandId, sha256Hex, webhookBodyOwnerId } from "../../platform/ids.js";
import { contextOf } from "../context.js";
import { type Handled, handle, type Ledger, newStream } from "../handle.js";

export interface WebhookDelivery {
  readonly provider: WebhookProvider;
  readonly deliveryId: string;
  readonly topic: string;
  /** The bytes whose signature was checked. */
  readonly body: Uint8Array;
}

/**
 * Not every provider signs its delivery's id together with all of the body, so somebody else may have
 * used the id first. What has another body is another delivery, by a name of its own.
 */
const ownNameOf = (deliveryId: string, bodySha256: string): string =>
  sha256Hex(`${deliveryId} ${bodySha256}`);

/**
 * Writes down what a provider proved to have sent, before it is told that we have it. What it means
 * is found out later, so that nothing can be lost here that can be understood there.
 * @throws BusyError, EventStoreUnavailableError; then nothing may be written, and it will come again
 */
export async function receiveWebhook(
  ledger: Ledger,
  delivery: WebhookDelivery,
  context: { readonly at: string; readonly correlationId: string },
): Promise<void> {
  const bodySha256 = sha256Hex(delivery.body);
  const { state } = await writeDown(ledger, { ...delivery, bodySha256 }, context);
  if (state.status === "absent" || state.received.data.private.bodySha256 === bodySha256) return;
  const deliveryId = ownNameOf(delivery.deliveryId, bodySha256);
  await writeDown(ledger, { ...delivery, deliveryId, bodySha256 }, context);
}

function writeDown(
  ledger: Ledger,
  {
    provider,
    deliveryId,
    topic,
    body,
    bodySha256,
  }: WebhookDelivery & { readonly bodySha256: string },
  { at, correlationId }: { readonly at: string; readonly correlationId: string },
): Promise<Handled<WebhookState>> {
  const purpose = `webhook-${monthOf(at).replace("-", "")}` as const;
  const text = Buffer.from(body).toString();
  return handle(
    ledger,
    webhookDecider,
    {
      type: "ReceiveWebhook",
      provider,
      deliveryId,
      at,
      topic,
      bodySha256,
      body: { personId: webhookBodyOwnerId, purpose, text },
    },
    contextOf({
      commandId: providerCommandId(provider, `delivery ${deliveryId} ${bodySha256}`),
      actor: `provider:${provider}`,
      at,
      correlationId,
    }),
    newStream(webhookDecider),
  );
}
