import { z } from "zod";
import {
  Amount,
  decimalOf,
  isSame,
  type Money,
  minus,
  moneyOf,
  plus,
  readReportedDecimal,
} from "../money/money.js";
import {
  type Fact,
  facts,
  held,
  misshapen,
  type Resources,
  resourceKey,
  type Translation,
  unreadable,
} from "./facts.js";
import {
  disputeSchema,
  findCapture,
  idSchema,
  type PaypalDispute,
  type PaypalEvent,
  timeOf,
} from "./paypalObjects.js";

const withDisputeId = z.object({ dispute_id: idSchema });

/** Money of a dispute comes as a reversal or a refund; the dispute itself only holds. */
export function disputed(
  { event_type, resource, create_time }: PaypalEvent,
  resources: Resources,
): Translation {
  const parsed = withDisputeId.safeParse(resource);
  if (!parsed.success) return misshapen(event_type, parsed.error);
  const { dispute_id: disputeId } = parsed.data;
  const found = resources.get(resourceKey({ kind: "dispute", id: disputeId }));
  const dispute = disputeSchema.safeParse(found);
  if (!dispute.success) return held("dispute", disputeId);
  const captures = capturesOf(dispute.data);
  if (captures.length === 0) return unreadable(event_type, "disputed_transactions");
  const about = { disputeId, occurredAt: timeOf(create_time) };
  if (dispute.data.status === "RESOLVED") {
    const isLost = lostOutcomes.has(dispute.data.dispute_outcome?.outcome_code ?? "");
    const outcome = isLost ? ("lost" as const) : ("won" as const);
    const moneyKey = `${disputeId}:${outcome}`;
    const closed = { kind: "dispute-closed" as const, ...about, moneyKey, outcome };
    return facts(...captures.map((externalId): Fact => ({ ...closed, externalId })));
  }
  const parts = partsOf(dispute.data, captures, resources);
  if (parts === undefined) return unreadable(event_type, "dispute_amount");
  if ("kind" in parts) return parts;
  const asked = { kind: "inquiry-opened" as const, ...about, moneyKey: `${disputeId}:asked` };
  return facts(...parts.map((part): Fact => ({ ...asked, ...part })));
}

const lostOutcomes = new Set(["RESOLVED_BUYER_FAVOUR", "RESOLVED_WITH_PAYOUT", "ACCEPTED"]);

const capturesOf = ({ disputed_transactions }: PaypalDispute): string[] => [
  ...new Set(disputed_transactions.flatMap(({ seller_transaction_id: id }) => id ?? [])),
];

interface Part {
  readonly externalId: string;
  readonly amount: Money;
}

/** What each payment bears of the sum: as PayPal says, else by what each of them was. */
function partsOf(
  { dispute_amount, disputed_transactions }: PaypalDispute,
  captures: readonly string[],
  resources: Resources,
): readonly Part[] | Translation | undefined {
  const whole = readReportedDecimal(dispute_amount.value, dispute_amount.currency_code);
  const [only, ...others] = captures;
  if (whole === undefined || only === undefined) return undefined;
  if (others.length === 0) return [{ externalId: only, amount: whole }];
  const weights: Part[] = [];
  for (const externalId of captures) {
    const told = disputed_transactions.find((each) => each.seller_transaction_id === externalId);
    const sum = told?.gross_amount ?? findCapture(resources, externalId)?.amount;
    if (sum === undefined) return held("capture", externalId);
    const amount = readReportedDecimal(sum.value, sum.currency_code);
    if (amount === undefined || amount.currency !== whole.currency) return undefined;
    weights.push({ externalId, amount });
  }
  return split(whole, weights);
}

/** By weight, down to the smallest unit; what is left over is borne by the last. */
function split(whole: Money, weights: readonly Part[]): readonly Part[] | undefined {
  const all = weights.map(({ amount }) => amount).reduce(plus);
  if (isSame(all, whole)) return weights;
  if (!decimalOf(all).greaterThan(0)) return undefined;
  const places = whole.amount.split(".")[1]?.length ?? 0;
  let left = whole;
  return weights.map(({ externalId, amount }, index) => {
    const share = decimalOf(whole).times(decimalOf(amount)).dividedBy(decimalOf(all));
    const isLast = index === weights.length - 1;
    const part = isLast
      ? left
      : moneyOf(share.toDecimalPlaces(places, Amount.ROUND_DOWN), whole.currency);
    left = minus(left, part);
    return { externalId, amount: part };
  });
}
