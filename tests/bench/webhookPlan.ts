import * as p from "../support/providerEvents.js";

export const perSecond = 300;
const seconds = 30;
export const webhookSecret = "whsec_of_the_bench";
/** Come first, at a third of the rate: a server that just started is still compiling. */
const warmUpSeconds = 10;
export const warmUpPerSecond = perSecond / 3;
export const warmUpCount = warmUpSeconds * warmUpPerSecond;
/** A payment and its fee are two events, and each fourth event is delivered twice. */
export const giftCount = (warmUpCount + perSecond * seconds) / 2.5;

const feeGiftsLater = 100;
const earlyFeeGifts = 5;
const againGiftsLater = 30;

export interface Gift {
  readonly intent: string;
  readonly fee: string;
  readonly amountMinor: number;
  readonly feeMinor: number;
}

export function giftOf(n: number): Gift {
  const amountMinor = 500 + (n % 4500);
  const feeMinor = 25 + Math.floor(amountMinor / 50);
  return { intent: `pi_bench${n}`, fee: `txn_bench${n}`, amountMinor, feeMinor };
}

/** As Stripe answers when a fee is looked up; `n` is the gift's. */
export function feeEntry(n: number): object {
  const { fee, amountMinor, feeMinor } = giftOf(n);
  return p.balanceTransaction(fee, amountMinor, "eur", feeMinor);
}

/**
 * The bodies of all deliveries in the order in which they are sent. Fees follow about a second after
 * their payments, every tenth comes first; what is delivered again comes a little later.
 */
export function planDeliveries(pledgeIds: readonly string[]): string[] {
  const due: { readonly body: string; readonly after: number }[] = [];
  for (const [n, pledgeId] of pledgeIds.entries()) {
    const { intent, fee, amountMinor } = giftOf(n);
    const payment = p.paymentIntent(intent, { amount: amountMinor, currency: "eur", pledgeId });
    const feeAfter = n + (n % 10 === 0 ? -earlyFeeGifts : feeGiftsLater);
    const events = [
      { event: p.stripeEvent("payment_intent.succeeded", payment), after: n },
      { event: p.stripeEvent("charge.updated", p.charge(intent, fee)), after: feeAfter },
    ];
    for (const [index, { event, after }] of events.entries()) {
      const body = JSON.stringify(event);
      due.push({ body, after });
      if ((2 * n + index) % 4 === 0) due.push({ body, after: after + againGiftsLater });
    }
  }
  return due.sort((a, b) => a.after - b.after).map(({ body }) => body);
}
