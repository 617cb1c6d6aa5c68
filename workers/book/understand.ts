import type { Ledger } from "../../commands/handleCommand.js";
import {
  ignored,
  type Looked,
  type Resource,
  resourceKey,
  type Translation,
} from "../../domain/providers/facts.js";
import { translate } from "../../domain/providers/translate.js";
import type { WebhookProvider, WebhookReceived } from "../../domain/webhook/events.js";
import type { StoredEvent } from "../../platform/eventStore.js";
import type { Payments } from "../../platform/payments/payments.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import { locate, openLocated } from "../../platform/vault/located.js";

/** No webhook needs more look-ups at its provider than this. */
const lookUpsMax = 5;

/** What a webhook says, after looking up at the provider what it only names. */
export async function understand(
  { ledger, payments }: { readonly ledger: Ledger; readonly payments: Payments },
  received: StoredEvent<WebhookReceived>,
): Promise<Translation> {
  const text = await readBody(ledger, received);
  if (text === undefined) return ignored("body-destroyed");
  const { provider, at: receivedAt } = received.event.data.private;
  const looked = new Map<string, unknown>();
  for (let look = 0; ; look += 1) {
    const told = { provider, body: parsed(text), receivedAt, looked: looked as Looked };
    const translation = translate(told, payments.rules);
    if (translation.kind !== "held" || look === lookUpsMax) return translation;
    const key = resourceKey(translation.waitsFor);
    const found = looked.has(key)
      ? undefined
      : await find(payments, provider, translation.waitsFor);
    if (found === undefined) return translation;
    looked.set(key, found);
  }
}

/** Undefined also while the provider can't be asked: what waits for it is held and asked again. */
async function find(
  payments: Payments,
  provider: WebhookProvider,
  resource: Resource,
): Promise<unknown> {
  const client = provider === "github" ? undefined : clientOf(payments, provider);
  try {
    return await client?.find(resource);
  } catch (error) {
    if (error instanceof ProviderDownError) return undefined;
    throw error;
  }
}

const clientOf = (payments: Payments, provider: "stripe" | "paypal") =>
  provider === "stripe" ? payments.stripe : payments.paypal;

/** Undefined once its key is destroyed, 90 days on. */
async function readBody(
  { vault }: Ledger,
  received: StoredEvent<WebhookReceived>,
): Promise<string | undefined> {
  const opened = await openLocated(vault, locate(received, "body") ?? "");
  return opened.status === "open" ? opened.text : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
