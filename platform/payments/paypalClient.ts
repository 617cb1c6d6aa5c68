import { z } from "zod";
import { second } from "../../domain/limits.js";
import { minorPlacesOf } from "../../domain/money/currencies.js";
import { decimalOf, type Money } from "../../domain/money/money.js";
import type { Resource } from "../../domain/providers/facts.js";
import type { Instant } from "../../domain/time.js";
import { readLimited } from "./limitedAnswer.js";
import { ProviderDownError } from "./providerDown.js";
import type { Checkout } from "./stripeClient.js";

export interface PaypalClient {
  /** As PayPal has it; undefined when there is no such thing. @throws ProviderDownError */
  find(resource: Resource): Promise<unknown>;
  /** One page of what PayPal wrote down in these days, as it has it. @throws ProviderDownError */
  listTransactions(wanted: TransactionPage): Promise<unknown>;
  /** What PayPal holds, as it has it; undefined where it does not show that. @throws ProviderDownError */
  readBalances(): Promise<unknown>;
  /** Where the donor approves the payment. @throws ProviderDownError */
  createCheckout(checkout: Checkout): Promise<string>;
  /** Takes what the donor approved; again does no harm. @throws ProviderDownError */
  captureOrder(orderId: string): Promise<void>;
}

/** From and to, 31 days at most; pages count from 1. */
export interface TransactionPage {
  readonly from: Instant;
  readonly to: Instant;
  readonly page: number;
}

export interface PaypalCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiBase: string;
}

const timeoutMs = 10 * second;
const answerBytesMax = 1024 ** 2;
/** 500 would be allowed; a page has to fit an answer. */
const transactionsPerPage = 100;
/** A token is not used in its last minute. */
const tokenMarginMs = 60 * second;

const paths: Partial<Record<Resource["kind"], string>> = {
  capture: "/v2/payments/captures/",
  refund: "/v2/payments/refunds/",
  dispute: "/v1/customer/disputes/",
};
const orderSchema = z.object({ links: z.array(z.object({ rel: z.string(), href: z.url() })) });

export function createPaypalClient(credentials: PaypalCredentials): PaypalClient {
  const call = createPaypalCall(credentials);
  return {
    async find({ kind, id }) {
      const path = paths[kind];
      if (path === undefined) return undefined;
      const { status, json } = await call("GET", `${path}${encodeURIComponent(id)}`);
      if (status === 404) return undefined;
      return expectOk(status, json);
    },
    async listTransactions({ from, to, page }) {
      const query = new URLSearchParams({
        start_date: from,
        end_date: to,
        fields: "transaction_info",
        page_size: String(transactionsPerPage),
        page: String(page),
      });
      const { status, json } = await call("GET", `/v1/reporting/transactions?${query}`);
      return expectOk(status, json);
    },
    async readBalances() {
      const { status, json } = await call("GET", "/v1/reporting/balances?currency_code=ALL");
      return status === 403 || status === 404 ? undefined : expectOk(status, json);
    },
    async createCheckout(checkout) {
      const { pledgeId } = checkout;
      const order = orderOf(checkout);
      const made = await call("POST", "/v2/checkout/orders", order, `order:${pledgeId}`);
      const { links } = orderSchema.parse(expectOk(made.status, made.json));
      const link = links.find(({ rel }) => rel === "payer-action" || rel === "approve");
      if (link === undefined) throw new ProviderDownError("PayPal made an order without a link.");
      return link.href;
    },
    async captureOrder(orderId) {
      const path = `/v2/checkout/orders/${encodeURIComponent(orderId)}/capture`;
      const { status, json } = await call("POST", path, {}, `capture:${orderId}`);
      // Captured already, declined, or not approved after all: nothing to be done by asking again.
      if (status !== 422 && status !== 404) expectOk(status, json);
    },
  };
}

function orderOf({ pledgeId, money, thanksUrl, cancelUrl }: Checkout) {
  const amount = { currency_code: money.currency, value: amountText(money) };
  return {
    intent: "CAPTURE",
    purchase_units: [{ reference_id: pledgeId, custom_id: pledgeId, amount }],
    payment_source: {
      paypal: {
        experience_context: {
          user_action: "PAY_NOW",
          return_url: thanksUrl,
          cancel_url: cancelUrl,
        },
      },
    },
  };
}

/** In the places that PayPal takes. */
const amountText = (money: Money): string =>
  decimalOf(money).toFixed(minorPlacesOf("paypal", money.currency));

interface Answer {
  readonly status: number;
  readonly json: unknown;
}
export type PaypalCall = (
  method: "GET" | "POST",
  path: string,
  body?: object,
  requestId?: string,
) => Promise<Answer>;

function expectOk(status: number, json: unknown): unknown {
  if (status >= 200 && status < 300) return json;
  throw new ProviderDownError(`PayPal answered with status ${status}.`);
}

/** Every call with a token of ours; one that PayPal does not take any more is replaced once. */
export function createPaypalCall({
  clientId,
  clientSecret,
  apiBase,
}: PaypalCredentials): PaypalCall {
  let token: { readonly text: string; readonly untilMs: number } | undefined;

  async function tokenNow(): Promise<string> {
    if (token !== undefined && performance.now() < token.untilMs) return token.text;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
    const { status, json } = await ask(`${apiBase}/v1/oauth2/token`, {
      method: "POST",
      headers: {
        authorization: `Basic ${basic}`,
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    const { access_token, expires_in } = tokenSchema.parse(expectOk(status, json));
    const untilMs = performance.now() + expires_in * second - tokenMarginMs;
    token = { text: access_token, untilMs };
    return access_token;
  }

  return async (method, path, body, requestId) => {
    const once = async (): Promise<Answer> =>
      ask(`${apiBase}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await tokenNow()}`,
          "content-type": "application/json",
          ...(requestId !== undefined && { "paypal-request-id": requestId }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const answer = await once();
    if (answer.status !== 401) return answer;
    token = undefined;
    return once();
  };
}

const tokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number() });

async function ask(url: string, init: RequestInit): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, redirect: "error", signal });
    const text = await readLimited(response, answerBytesMax);
    return { status: response.status, json: text === "" ? undefined : JSON.parse(text) };
  } catch (cause) {
    throw new ProviderDownError("PayPal did not answer.", { cause });
  }
}
