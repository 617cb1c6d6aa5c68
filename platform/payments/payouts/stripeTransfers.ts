import Stripe from "stripe";
import { second } from "../../../domain/limits.js";
import { minorUnitsOf } from "../../../domain/money/money.js";
import { openStripe } from "../openStripe.js";
import { ProviderDownError } from "../providerDown.js";
import type { Answer, Asked } from "./answer.js";

export interface StripeTransfers {
  /** The same payout is the same transfer while Stripe remembers its id. @throws ProviderDownError */
  send(asked: Asked): Promise<Answer>;
  /** The transfer of this payout, if there is one by now. @throws ProviderDownError */
  find(batchId: string, payoutId: string): Promise<string | undefined>;
}

const timeoutMs = 20 * second;
const pageSize = 100;
/** A batch has no more payouts than this. */
const transfersMax = 1000;

export function createStripeTransfers(access: {
  readonly apiKey: string;
  readonly apiBase: string;
}): StripeTransfers {
  const stripe = openStripe(access, { timeout: timeoutMs, maxNetworkRetries: 0 });
  return {
    send: (asked) => send(stripe, asked),
    find: (batchId, payoutId) => find(stripe, batchId, payoutId),
  };
}

async function send(stripe: Stripe, asked: Asked): Promise<Answer> {
  const { payoutId, batchId, amount, account } = asked;
  try {
    const { id } = await stripe.transfers.create(
      {
        amount: minorUnitsOf("stripe", amount),
        currency: amount.currency.toLowerCase(),
        destination: account,
        transfer_group: batchId,
        metadata: { payout_item: payoutId },
      },
      { idempotencyKey: `transfer:${payoutId}` },
    );
    return { status: "sent", reference: id };
  } catch (error) {
    return answerOf(error);
  }
}

/** Only an error about the request itself says for certain that there is no transfer. */
function answerOf(error: unknown): Answer {
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    if (error.code === "balance_insufficient") return { status: "no-funds" };
    const isAboutRequest = error.statusCode === 400 || error.statusCode === 404;
    if (isAboutRequest && error.rawType === "invalid_request_error") {
      return { status: "refused", reason: (error.code ?? error.message).slice(0, 200) };
    }
  }
  throw downBecause(error);
}

async function find(
  stripe: Stripe,
  batchId: string,
  payoutId: string,
): Promise<string | undefined> {
  let seen = 0;
  try {
    for await (const { id, metadata } of stripe.transfers.list({
      transfer_group: batchId,
      limit: pageSize,
    })) {
      if (metadata["payout_item"] === payoutId) return id;
      seen += 1;
      if (seen === transfersMax) throw new ProviderDownError("Stripe: too many transfers.");
    }
    return undefined;
  } catch (error) {
    throw downBecause(error);
  }
}

function downBecause(error: unknown): Error {
  if (error instanceof ProviderDownError) return error;
  const reason = error instanceof Error ? error.message : "no reason given";
  return new ProviderDownError(`Stripe: ${reason}`, { cause: error });
}
