import { z } from "zod";
import { readInstant } from "../statements/statementRow.js";
import { type Instant, instantOf } from "../time.js";
import { type Resources, resourceKey } from "./facts.js";

/** What we read of PayPal's objects; everything else in them may come and go. */
const money = z.object({ value: z.string(), currency_code: z.string() });
const time = z.string().refine((text) => readInstant(text) !== undefined, "is not a time");

export const idSchema = z.string().regex(/^[\w-]{1,64}$/);

/** Offset forms such as 2018-08-15T12:13:29-07:00 occur. */
export const timeOf = (text: string): Instant => readInstant(text) ?? instantOf(Date.parse(text));

/** As much as says whether the rest is about money. */
export const envelopeSchema = z.object({ event_type: z.string() });

export const eventSchema = z.object({
  id: z.string(),
  event_type: z.string(),
  create_time: time,
  resource: z.unknown(),
});
export type PaypalEvent = z.infer<typeof eventSchema>;

/** What a sum is made of: `net_amount` is what moved in our balance, all fees considered. */
const parts = {
  net_amount: money.optional(),
  paypal_fee: money.optional(),
  paypal_fee_in_receivable_currency: money.optional(),
  platform_fees: z.array(z.object({ amount: money })).default([]),
};
export type PaypalParts = z.infer<z.ZodObject<typeof parts>>;

export const captureSchema = z.object({
  id: idSchema,
  status: z.string(),
  amount: money,
  create_time: time,
  custom_id: z.string().optional(),
  payee: z.object({ merchant_id: z.string().optional() }).optional(),
  supplementary_data: z
    .object({
      related_ids: z.object({ order_id: idSchema.optional().catch(undefined) }).optional(),
    })
    .optional()
    .catch(undefined),
  seller_receivable_breakdown: z
    .object({ gross_amount: money, receivable_amount: money.optional(), ...parts })
    .optional(),
});
export type PaypalCapture = z.infer<typeof captureSchema>;

export const findCapture = (resources: Resources, id: string): PaypalCapture | undefined =>
  captureSchema.safeParse(resources.get(resourceKey({ kind: "capture", id }))).data;

export const refundSchema = z.object({
  id: idSchema,
  status: z.string(),
  amount: money,
  create_time: time,
  seller_payable_breakdown: z
    .object({
      total_refunded_amount: money.optional(),
      net_amount_in_receivable_currency: money.optional(),
      net_amount_breakdown: z.array(z.object({ converted_amount: money.optional() })).default([]),
      ...parts,
    })
    .optional(),
  links: z.array(z.object({ rel: z.string(), href: z.string() })).default([]),
});

export type PaypalRefund = z.infer<typeof refundSchema>;

/** The capture is no field of a refund: it is where the link `up` leads. */
export function captureOfRefund({ links }: z.infer<typeof refundSchema>): string | undefined {
  const href = links.find(({ rel }) => rel === "up")?.href ?? "";
  const [, id] = /\/v2\/payments\/captures\/([\w-]{1,64})$/.exec(href) ?? [];
  return id;
}

export const disputeSchema = z.object({
  dispute_id: idSchema,
  status: z.string(),
  dispute_amount: money,
  disputed_transactions: z.array(
    z.object({ seller_transaction_id: idSchema.optional(), gross_amount: money.optional() }),
  ),
  dispute_outcome: z.object({ outcome_code: z.string().optional() }).optional(),
});
export type PaypalDispute = z.infer<typeof disputeSchema>;
