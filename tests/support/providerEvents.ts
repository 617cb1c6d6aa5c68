/** What providers send, as their documentation has it: the parts that we read, and some that we don't. */

const time = 1_795_363_198;

export const stripeEvent = (type: string, object: object, extra: object = {}) => ({
  id: `evt_${type}_${"id" in object ? object.id : ""}`.replaceAll(".", "_"),
  object: "event",
  api_version: "2026-10-28.endive",
  created: time,
  livemode: false,
  pending_webhooks: 1,
  request: { id: null, idempotency_key: null },
  type,
  data: { object },
  ...extra,
});

export const paymentIntent = (
  id: string,
  { amount, currency, pledgeId }: { amount: number; currency: string; pledgeId?: string },
) => ({
  id,
  object: "payment_intent",
  amount,
  amount_received: amount,
  currency,
  latest_charge: `ch_${id}`,
  metadata: pledgeId === undefined ? {} : { donation_id: pledgeId },
  status: "succeeded",
});

export const charge = (intent: string, balanceTransaction: string | null) => ({
  id: `ch_${intent}`,
  object: "charge",
  payment_intent: intent,
  balance_transaction: balanceTransaction,
  paid: true,
  captured: true,
});

export const balanceTransaction = (id: string, amount: number, currency: string, fee = 0) => ({
  id,
  object: "balance_transaction",
  amount,
  fee,
  net: amount - fee,
  currency,
  reporting_category: "charge",
});

export const stripeRefund = (
  id: string,
  intent: string,
  { amount, currency, status = "succeeded" }: { amount: number; currency: string; status?: string },
) => ({
  id,
  object: "refund",
  amount,
  currency,
  status,
  charge: `ch_${intent}`,
  payment_intent: intent,
  balance_transaction: `txn_${id}`,
});

export const stripeDispute = (
  id: string,
  intent: string,
  dispute: { amount: number; currency: string; status: string; entries?: readonly object[] },
) => ({
  id,
  object: "dispute",
  amount: dispute.amount,
  currency: dispute.currency,
  status: dispute.status,
  charge: `ch_${intent}`,
  payment_intent: intent,
  reason: "fraudulent",
  balance_transactions: dispute.entries ?? [],
});

export const paypalEvent = (id: string, event_type: string, resource: object) => ({
  id,
  event_version: "1.0",
  create_time: "2026-11-22T15:59:58Z",
  resource_version: "2.0",
  event_type,
  summary: "something happened",
  resource,
  links: [],
});

export const capture = (
  id: string,
  money: { value: string; fee: string; net: string; currency: string; pledgeId?: string },
) => {
  const amount = (value: string) => ({ value, currency_code: money.currency });
  return {
    id,
    status: "COMPLETED",
    amount: amount(money.value),
    seller_receivable_breakdown: {
      gross_amount: amount(money.value),
      paypal_fee: amount(money.fee),
      net_amount: amount(money.net),
    },
    ...(money.pledgeId !== undefined && { custom_id: money.pledgeId }),
    create_time: "2026-11-22T07:59:58-08:00",
    update_time: "2026-11-22T07:59:58-08:00",
  };
};

export const paypalRefund = (
  id: string,
  captureId: string,
  {
    value,
    currency,
    feeBack = "0",
    total,
  }: { value: string; currency: string; feeBack?: string; total?: string },
) => ({
  id,
  status: "COMPLETED",
  amount: { value, currency_code: currency },
  seller_payable_breakdown: {
    paypal_fee: { value: feeBack, currency_code: currency },
    ...(total !== undefined && {
      total_refunded_amount: { value: total, currency_code: currency },
    }),
  },
  create_time: "2026-11-22T16:00:00Z",
  links: [
    { rel: "self", href: `https://api.paypal.com/v2/payments/refunds/${id}` },
    { rel: "up", href: `https://api.paypal.com/v2/payments/captures/${captureId}` },
  ],
});

export const paypalDispute = (
  id: string,
  captureId: string,
  dispute: { value: string; currency: string; status: string; outcome?: string },
) => ({
  dispute_id: id,
  status: dispute.status,
  dispute_amount: { value: dispute.value, currency_code: dispute.currency },
  disputed_transactions: [{ seller_transaction_id: captureId }],
  ...(dispute.outcome !== undefined && { dispute_outcome: { outcome_code: dispute.outcome } }),
});

export const sponsorship = (
  id: string,
  action: string,
  { cents, once = false, privacy = "public" }: { cents: number; once?: boolean; privacy?: string },
) => ({
  action,
  sponsorship: {
    node_id: id,
    created_at: "2026-11-22T15:59:58+00:00",
    sponsorable: { login: "obsidian", id: 1, type: "Organization" },
    sponsor: { login: "octocat", id: 2, type: "User" },
    privacy_level: privacy,
    tier: {
      node_id: `tier_${cents}`,
      name: "a month",
      monthly_price_in_cents: cents,
      monthly_price_in_dollars: Math.floor(cents / 100),
      is_one_time: once,
      is_custom_amount: false,
    },
  },
  sender: { login: "octocat", id: 2 },
});
