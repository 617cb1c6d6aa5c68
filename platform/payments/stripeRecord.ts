import type Stripe from "stripe";
import { second } from "../../domain/limits.js";
import { openStripe } from "./openStripe.js";
import { ProviderDownError } from "./providerDown.js";
import type { RecordedReport } from "./recordedReport.js";

export interface StripeAccess {
  readonly apiKey: string;
  readonly apiBase: string;
  /** Which of Stripe's two modes the key is of. */
  readonly live: boolean;
}

const pageSize = 100;
const timeoutMs = 30 * second;

/**
 * Everything about money since then, payments before what became of them. Read from the things
 * themselves and not from the log of webhooks, which Stripe keeps for 30 days only.
 * @throws ProviderDownError
 */
export async function* readStripeRecord(
  { apiKey, apiBase, live }: StripeAccess,
  sinceSeconds: number,
): AsyncGenerator<RecordedReport> {
  const stripe = openStripe({ apiKey, apiBase }, { timeout: timeoutMs });
  try {
    for await (const { type, object } of things(stripe, {
      created: { gte: sinceSeconds },
      limit: pageSize,
    })) {
      yield reportOf(type, object, live);
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : "no reason given";
    throw new ProviderDownError(`Stripe: ${reason}`, { cause: error });
  }
}

interface Wanted {
  readonly created: { readonly gte: number };
  readonly limit: number;
}

async function* things(stripe: Stripe, wanted: Wanted): AsyncGenerator<TypedThing> {
  for await (const intent of stripe.paymentIntents.list(wanted)) {
    if (intent.status === "succeeded") yield { type: "payment_intent.succeeded", object: intent };
  }
  for await (const charge of stripe.charges.list(wanted)) {
    if (charge.paid) yield { type: "charge.updated", object: charge };
  }
  for await (const object of stripe.refunds.list(wanted)) yield { type: "refund.updated", object };
  for await (const object of stripe.disputes.list(wanted)) {
    yield { type: "charge.dispute.updated", object };
  }
}

interface Thing {
  readonly id: string;
  readonly created: number;
  readonly livemode?: boolean;
}

interface TypedThing {
  readonly type: string;
  readonly object: Thing;
}

/** Refunds do not say themselves whether they are real money: a key sees one kind only. */
const reportOf = (type: string, object: Thing, live: boolean): RecordedReport => ({
  what: `${type} ${object.id}`,
  body: {
    ...{ id: `record_${object.id}`, type, created: object.created },
    livemode: object.livemode ?? live,
    data: { object },
  },
});
