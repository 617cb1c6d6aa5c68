import { createHmac, type KeyObject, sign } from "node:crypto";
import { crc32 } from "node:zlib";
import { load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import type { Provider } from "../../domain/money/accounts.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { openPayments } from "../../platform/payments/payments.js";
import type { CertificateSource } from "../../platform/payments/paypalCertificates.js";
import { certUrl } from "./certificates.js";
import type { World } from "./world.js";

export const stripeSecrets = ["whsec_of_the_tests_new", "whsec_of_the_tests_old"] as const;
export const githubSecrets = ["github secret new", "github secret old"] as const;

/** Where nothing listens. */
const nowhere = "http://127.0.0.1:9";

export const paypalWebhookId = "4JH86294D6297924G";

interface StandIns {
  readonly stripeUrl?: string;
  readonly paypalUrl?: string;
  readonly certificates?: CertificateSource;
}

/** The providers as the settings set them up, at stand-ins. */
export const testPayments = ({ stripeUrl, paypalUrl, certificates }: StandIns = {}) =>
  openPayments(
    {
      webhookSecrets: { stripe: [...stripeSecrets], github: [...githubSecrets] },
      payments: {
        live: false,
        allowedCurrencies: ["EUR", "USD", "JPY", "KWD", "HUF"],
        githubSponsorable: "obsidian",
        stripe: { apiKey: "sk_test_stub", apiBase: stripeUrl ?? nowhere },
        paypal: {
          webhookId: paypalUrl === undefined ? undefined : paypalWebhookId,
          clientId: paypalUrl === undefined ? undefined : "client",
          clientSecret: paypalUrl === undefined ? undefined : "secret",
          merchantId: undefined,
          caFile: undefined,
          apiBase: paypalUrl ?? nowhere,
        },
      },
    },
    certificates,
  );

/** As PayPal signs: over the ids, the time and a CRC-32 of the body. */
export function paypalHeaders(
  body: string | Uint8Array,
  key: KeyObject,
  { webhookId = paypalWebhookId, at = new Date().toISOString(), url = certUrl("aaaa") } = {},
): Record<string, string> {
  const id = newId();
  const message = [id, at, webhookId, crc32(body)].join("|");
  return {
    "paypal-transmission-id": id,
    "paypal-transmission-time": at,
    "paypal-transmission-sig": sign("RSA-SHA256", Buffer.from(message), key).toString("base64"),
    "paypal-cert-url": url,
    "paypal-auth-algo": "SHA256withRSA",
  };
}

export interface Sent {
  readonly status: number;
  readonly code: string | undefined;
}

/** Posts bytes as they are. */
export async function post(
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>>,
): Promise<Sent> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : Buffer.from(body),
  });
  const json = (await response.json()) as { error?: { code: string } };
  return { status: response.status, code: json.error?.code };
}

/** As Stripe signs; `seconds` away from now. */
export function stripeHeader(
  body: string | Uint8Array,
  { secret = stripeSecrets[0] as string, seconds = 0 } = {},
): string {
  const time = Math.floor(Date.now() / 1000) + seconds;
  const hmac = createHmac("sha256", secret).update(`${time}.`).update(body);
  return `t=${time},v1=${hmac.digest("hex")},v0=${"0".repeat(64)}`;
}

export const githubHeader = (
  body: string | Uint8Array,
  secret: string = githubSecrets[0],
): string => `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;

export const sendStripe = ({ url }: { url: string }, event: object): Promise<Sent> => {
  const body = JSON.stringify(event);
  return post(`${url}/webhooks/stripe`, body, { "stripe-signature": stripeHeader(body) });
};

export const sendGithub = (
  { url }: { url: string },
  deliveryId: string,
  event: object,
): Promise<Sent> => {
  const body = JSON.stringify(event);
  return post(`${url}/webhooks/github-sponsors`, body, {
    "x-hub-signature-256": githubHeader(body),
    "x-github-delivery": deliveryId,
    "x-github-event": "sponsorship",
  });
};

type Streams = Pick<World, "store">;

/** Looks until it is so; what happens happens in another process manager. */
export async function until<Result>(look: () => Promise<Result | undefined>): Promise<Result> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How the webhook ended: the types of its events, once it is booked or ignored. */
export const webhookEnd = (
  { store }: Streams,
  provider: WebhookProvider,
  deliveryId: string,
): Promise<string[]> =>
  until(async () => {
    const { state, events } = await load(store, webhookDecider, { provider, deliveryId });
    const hasEnded = state.status === "done" || state.status === "ignored";
    return hasEnded ? events.map(({ event }) => event.type) : undefined;
  });

export const webhookHeld = (
  { store }: Streams,
  provider: WebhookProvider,
  deliveryId: string,
): Promise<string> =>
  until(async () => {
    const { state } = await load(store, webhookDecider, { provider, deliveryId });
    return state.status === "open" ? state.waitsFor : undefined;
  });

export const donationTypes = async (
  { store }: Streams,
  provider: Provider,
  externalId: string,
): Promise<string[]> => {
  const { events } = await load(store, donationDecider, { provider, externalId });
  return events.map(({ event }) => event.type);
};
