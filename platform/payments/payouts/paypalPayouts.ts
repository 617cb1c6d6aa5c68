import { z } from "zod";
import { minorPlacesOf } from "../../../domain/money/currencies.js";
import { decimalOf, type Money, readReportedDecimal, zero } from "../../../domain/money/money.js";
import type { ItemOutcome } from "../../../domain/payoutBatch/events.js";
import type { PaypalCall } from "../paypalClient.js";
import { ProviderDownError } from "../providerDown.js";
import type { Asked } from "./answer.js";

export interface PaypalPayouts {
  /**
   * PayPal's own id of the batch. The same batch is carried out once for as long as PayPal remembers it, and is
   * found again. @throws ProviderDownError where it is unknown whether it was taken
   */
  submit(batchId: string, items: readonly Asked[]): Promise<string>;
  /** What became of its payouts by now; those on their way are left out. @throws ProviderDownError */
  outcomes(paypalBatchId: string, currency: string): Promise<readonly ItemOutcome[]>;
}

const takenSchema = z.object({ batch_header: z.object({ payout_batch_id: z.string().min(1) }) });
const duplicateSchema = z.object({
  name: z.string(),
  links: z.array(z.object({ href: z.string() })).optional(),
});

export const createPaypalPayouts = (call: PaypalCall): PaypalPayouts => ({
  submit: async (batchId, items) => {
    const body = bodyOf(batchId, items);
    const { status, json } = await call("POST", "/v1/payments/payouts", body, batchId);
    const taken = takenSchema.safeParse(json);
    if (status === 201 && taken.success) return taken.data.batch_header.payout_batch_id;
    const known = knownAs(json);
    if (known !== undefined) return known;
    throw new ProviderDownError(`PayPal answered with status ${status} to a batch of payouts.`);
  },
  outcomes: (paypalBatchId, currency) => readOutcomes(call, paypalBatchId, currency),
});

function bodyOf(batchId: string, items: readonly Asked[]) {
  return {
    sender_batch_header: {
      sender_batch_id: batchId,
      email_subject: "Your share of OBSIDIAN Neural",
      email_message: "Thank you for letting your machine make music.",
    },
    items: items.map(({ payoutId, amount, account }) => ({
      recipient_type: "EMAIL",
      amount: { value: amountText(amount), currency: amount.currency },
      receiver: account,
      sender_item_id: payoutId,
    })),
  };
}

const amountText = (money: Money): string =>
  decimalOf(money).toFixed(minorPlacesOf("paypal", money.currency));

/** A batch that PayPal has already is refused with a link to it. */
function knownAs(json: unknown): string | undefined {
  const { data } = duplicateSchema.safeParse(json);
  const href = data?.links
    ?.map((link) => link.href)
    .find((each) => /\/payouts\/[\w-]+$/.test(each));
  return href?.split("/").at(-1);
}

const itemSchema = z.object({
  transaction_status: z.string().optional(),
  payout_item_id: z.string().max(100),
  payout_item: z.object({ sender_item_id: z.string() }),
  payout_item_fee: z.object({ value: z.string(), currency: z.string() }).optional(),
  errors: z.object({ name: z.string().max(100) }).optional(),
});
const pageSchema = z.object({
  batch_header: z.object({ batch_status: z.string() }),
  items: z.array(itemSchema).default([]),
  total_pages: z.int().max(1000).default(1),
});

/** What PayPal's words mean; what is none of these is on its way. What came back unclaimed never was paid. */
const meant: Readonly<Record<string, readonly ItemOutcome["outcome"][]>> = {
  SUCCESS: ["completed"],
  FAILED: ["failed"],
  RETURNED: ["failed"],
  DENIED: ["failed"],
  REFUNDED: ["completed", "returned"],
  REVERSED: ["completed", "returned"],
};

async function readOutcomes(
  call: PaypalCall,
  paypalBatchId: string,
  currency: string,
): Promise<ItemOutcome[]> {
  const outcomes: ItemOutcome[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const query = `page=${page}&page_size=100&total_required=true`;
    const path = `/v1/payments/payouts/${encodeURIComponent(paypalBatchId)}?${query}`;
    const { status, json } = await call("GET", path);
    const { data } = pageSchema.safeParse(json);
    if (status !== 200 || data === undefined) {
      throw new ProviderDownError(`PayPal answered with status ${status} about a batch.`);
    }
    pages = data.total_pages;
    const isDenied = data.batch_header.batch_status === "DENIED";
    outcomes.push(...data.items.flatMap((item) => outcomesOf(item, isDenied, currency)));
  }
  return outcomes;
}

function outcomesOf(
  item: z.infer<typeof itemSchema>,
  isDenied: boolean,
  currency: string,
): ItemOutcome[] {
  const { payout_item_id, payout_item_fee: fee, errors, transaction_status = "" } = item;
  const charged = fee?.currency === currency ? readReportedDecimal(fee.value, currency) : undefined;
  const names = isDenied ? meant["DENIED"] : meant[transaction_status];
  return (names ?? []).map((outcome, index) => ({
    payoutId: item.payout_item.sender_item_id,
    outcome,
    // Charged once, with the first of them.
    fee: (index === 0 ? (charged ?? zero(currency)) : zero(currency)).amount,
    reference: errors === undefined ? payout_item_id : `${payout_item_id} ${errors.name}`,
  }));
}
