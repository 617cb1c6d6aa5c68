import type { Refund, Settlement } from "../donation/movements.js";
import { type Money, minus, plus, readReportedDecimal, zero } from "../money/money.js";
import type { PaypalCapture, PaypalParts, PaypalRefund } from "./paypalObjects.js";

/**
 * What arrived of a capture and what was kept of it; undefined when it can't be read, or PayPal does
 * not say yet. With a conversion it arrives in the currency of our balance, where PayPal may name its
 * fee too. Without that its price is in the rate.
 */
export function settlementOf({
  seller_receivable_breakdown: parts,
}: PaypalCapture): Settlement | undefined {
  const net = moneyIn(parts?.receivable_amount ?? parts?.net_amount);
  const gross = moneyIn(parts?.gross_amount);
  if (parts === undefined || net === undefined) return undefined;
  if (net.currency === gross?.currency) return { gross, fee: minus(gross, net) };
  if (net.currency === parts.gross_amount.currency_code) return undefined;
  const fee = feesIn(net.currency, parts);
  return fee && { gross: plus(net, fee), fee };
}

/**
 * What a refund took from our balance: the net amount is the truth, since all fees that come back are
 * in it, a partner's too. Undefined when it can't be read.
 */
export function refundOf({
  amount: given,
  seller_payable_breakdown: parts,
}: PaypalRefund): Refund | undefined {
  const amount = moneyIn(given);
  if (amount === undefined) return parts && takenOnly(given.currency_code, parts);
  if (parts === undefined) return { amount, taken: amount, fee: zero(amount.currency) };
  const reported = convertedNet(parts) ?? parts.net_amount;
  if (reported === undefined) return withoutNet(amount, parts);
  const net = moneyIn(reported);
  if (net === undefined) return undefined;
  if (net.currency === amount.currency) {
    return { amount, taken: amount, fee: minus(net, amount) };
  }
  const feeBack = feesIn(net.currency, parts);
  return feeBack && { amount, taken: plus(net, feeBack), fee: negatedFee(feeBack) };
}

type RefundParts = NonNullable<PaypalRefund["seller_payable_breakdown"]>;

const convertedNet = (parts: RefundParts): Text | undefined =>
  parts.net_amount_in_receivable_currency ??
  (parts.net_amount_breakdown.length === 1
    ? parts.net_amount_breakdown[0]?.converted_amount
    : undefined);

/** All that was given back of the gift by then, where PayPal says it. */
export const totalRefunded = ({
  seller_payable_breakdown: parts,
}: PaypalRefund): Money | undefined => moneyIn(parts?.total_refunded_amount);

/** A gift in a currency that can't be read was booked by what arrived for it. */
function takenOnly(given: string, parts: RefundParts): Refund | undefined {
  const net = moneyIn(convertedNet(parts));
  const feeBack = net && feesIn(net.currency, parts);
  if (net === undefined || feeBack === undefined || net.currency === given) return undefined;
  const taken = plus(net, feeBack);
  return { amount: taken, taken, fee: negatedFee(feeBack) };
}

function withoutNet(amount: Money, parts: PaypalParts): Refund | undefined {
  const feeBack = feesIn(amount.currency, parts);
  return feeBack && { amount, taken: amount, fee: negatedFee(feeBack) };
}

const negatedFee = (fee: Money): Money => minus(zero(fee.currency), fee);

type Text = PaypalCapture["amount"];

const moneyIn = (text: Text | undefined): Money | undefined =>
  text && readReportedDecimal(text.value, text.currency_code);

/** PayPal's fee and those of partners, as far as they are named in this currency. */
function feesIn(currency: string, parts: PaypalParts): Money | undefined {
  const isNamed = (fee: Text | undefined) => fee?.currency_code === currency;
  const own = [parts.paypal_fee_in_receivable_currency, parts.paypal_fee].find(isNamed);
  const all = [own, ...parts.platform_fees.map(({ amount }) => amount).filter(isNamed)];
  const read = all.flatMap((fee) => (fee === undefined ? [] : [moneyIn(unsigned(fee))]));
  if (!read.every((fee) => fee !== undefined)) return undefined;
  return read.reduce(plus, zero(currency));
}

/** A fee that is given back is written as a positive amount, and by some as a negative one. */
const unsigned = ({ value, currency_code }: Text): Text => ({
  value: value.replace(/^-/, ""),
  currency_code,
});
