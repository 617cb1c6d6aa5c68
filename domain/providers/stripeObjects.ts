import { z } from "zod";
import { type Instant, instantOf, isPlausibleMs } from "../time.js";
import { providerIdSchema } from "./providerId.js";

/**
 * What we read of Stripe's objects. Everything else in them may come and go; where Stripe writes an
 * id or the whole object in its place, the id is taken.
 */
const idOf = z.union([
  providerIdSchema,
  z.object({ id: providerIdSchema }).transform(({ id }) => id),
]);
const optionalId = idOf.nullish().transform((id) => id ?? null);
const minorUnits = z.int();
/** Since 1970. */
const seconds = z.int().refine((count) => isPlausibleMs(count * 1000), "is not a time");

/** As much as says whether the rest is about money. */
export const envelopeSchema = z.object({ type: z.string() });

export const eventSchema = z.object({
  id: z.string(),
  type: z.string(),
  created: seconds,
  livemode: z.boolean(),
  account: z.string().optional(),
  data: z.object({ object: z.unknown() }),
});
export type StripeEvent = z.infer<typeof eventSchema>;
export const timeOf = ({ created }: StripeEvent): Instant => instantOf(created * 1000);

export const connectedAccountSchema = z.object({
  id: providerIdSchema,
  metadata: z.record(z.string(), z.string()).nullish(),
});

export const paymentIntentSchema = z.object({
  id: providerIdSchema,
  /** Stripe signs what it will; a payment of less than nothing is none that we can read. */
  amount_received: minorUnits.nonnegative(),
  currency: z.string(),
  latest_charge: optionalId,
  metadata: z.record(z.string(), z.string()).nullish(),
  receipt_email: z.string().nullish(),
});

export const chargeSchema = z.object({
  id: providerIdSchema,
  payment_intent: optionalId,
  balance_transaction: optionalId,
  paid: z.boolean().optional(),
  amount_captured: minorUnits.optional(),
  currency: z.string().optional(),
});
export type StripeCharge = z.infer<typeof chargeSchema>;

export const balanceTransactionSchema = z.object({
  id: providerIdSchema,
  amount: minorUnits,
  fee: minorUnits,
  currency: z.string(),
});

export type BalanceTransaction = z.infer<typeof balanceTransactionSchema>;

/** A payment intent looked up together with its charge and that one's entry in our balance. */
export const intentWithFeeSchema = z.object({
  id: providerIdSchema,
  latest_charge: z.object({
    balance_transaction: balanceTransactionSchema.extend({ created: seconds }),
  }),
});

export const refundSchema = z.object({
  id: providerIdSchema,
  amount: minorUnits,
  currency: z.string(),
  status: z.string().nullable(),
  charge: optionalId,
  payment_intent: optionalId,
  balance_transaction: optionalId,
});
export type StripeRefund = z.infer<typeof refundSchema>;

export const disputeSchema = z.object({
  id: providerIdSchema,
  amount: minorUnits,
  currency: z.string(),
  status: z.string(),
  charge: optionalId,
  payment_intent: optionalId,
  balance_transactions: z.array(balanceTransactionSchema).default([]),
});
export type StripeDispute = z.infer<typeof disputeSchema>;

export const sessionSchema = z.object({ client_reference_id: z.string().nullish() });
