import type { Ledger } from "../../commands/handle.js";
import { ignored, type Translation } from "../../domain/providers/facts.js";
import type { WebhookReceived } from "../../domain/webhook/events.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { parseJson } from "../../platform/parseJson.js";
import { finderAt, lookUpAndTranslate } from "../../platform/payments/lookUpAndTranslate.js";
import type { Payments } from "../../platform/payments/payments.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import { openField } from "../../platform/vault/openField.js";

/** What a webhook says, after looking up at the provider what it only names. */
export async function understand(
  { ledger, payments }: { readonly ledger: Ledger; readonly payments: Payments },
  received: StoredEvent<WebhookReceived>,
): Promise<Translation> {
  // Its key is destroyed after 90 days.
  const text = await openField(ledger.vault, received, "body");
  if (text === undefined) return ignored("body-destroyed");
  const { provider, at: receivedAt } = received.event.data.private;
  const report = { provider, body: parseJson(text), receivedAt };
  const find = finderAt(payments, provider);
  return lookUpAndTranslate(report, payments.rules, (resource) => foundNow(find(resource)));
}

/** Undefined also while the provider can't be asked: what waits for it is held and asked again. */
async function foundNow(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ProviderDownError) return undefined;
    throw error;
  }
}
