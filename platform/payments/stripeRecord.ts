import Stripe from "stripe";
import { second } from "../../domain/limits.js";
import { ProviderDownError } from "./providerDown.js";

/** One thing as Stripe has it now, in the form in which its webhook would tell of it. */
export interface RecordedTelling {
  readonly what: string;
  readonly body: unknown;
}

const pageSize = 100;
const timeoutMs = 30 * second;

/**
 * Everything about money since then, payments before what became of them. Read from the things
 * themselves and not from the log of webhooks, which Stripe keeps for 30 days only.
 * @throws ProviderDownError
 */
export async function* readStripeRecord(
  { apiKey, apiBase }: { readonly apiKey: string; readonly apiBase: string },
  sinceSeconds: number,
): AsyncGenerator<RecordedTelling> {
  const { hostname, port, protocol } = new URL(apiBase);
  const stripe = new Stripe(apiKey, {
    host: hostname,
    port: port === "" ? 443 : port,
    protocol: protocol === "http:" ? "http" : "https",
    timeout: timeoutMs,
    telemetry: false,
  });
  try {
    yield* things(stripe, { created: { gte: sinceSeconds }, limit: pageSize });
  } catch (error) {
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}

interface Wanted {
  readonly created: { readonly gte: number };
  readonly limit: number;
}

async function* things(stripe: Stripe, wanted: Wanted): AsyncGenerator<RecordedTelling> {
  for await (const intent of stripe.paymentIntents.list(wanted)) {
    if (intent.status === "succeeded") yield told("payment_intent.succeeded", intent);
  }
  for await (const charge of stripe.charges.list(wanted)) {
    if (charge.paid) yield told("charge.updated", charge);
  }
  for await (const refund of stripe.refunds.list(wanted)) yield told("refund.updated", refund);
  for await (const dispute of stripe.disputes.list(wanted)) {
    yield told("charge.dispute.updated", dispute);
  }
}

interface Thing {
  readonly id: string;
  readonly created: number;
  readonly livemode?: boolean;
}

/** Refunds do not say themselves whether they are real money: a key sees one kind only. */
const told = (type: string, object: Thing): RecordedTelling => ({
  what: `${type} ${object.id}`,
  body: {
    ...{ id: `record_${object.id}`, type, created: object.created },
    livemode: object.livemode,
    data: { object },
  },
});
