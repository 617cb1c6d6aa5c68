import { z } from "zod";
import { holdCodes } from "../../../domain/operator/holds.js";
import { payoutMethods, payoutProofs } from "../../../domain/operator/payoutMethods.js";
import { isCountry, readIban } from "../../../platform/payments/iban.js";
import { emailSchema } from "../auth/schemas.js";
import { lineSchema } from "../user/nameSchema.js";

export const countrySchema = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .refine(isCountry, "This is not a country by its two letters, such as DE.");

const password = z.string().max(256).describe("That of your account, again.");

const iban = z
  .string()
  .max(64)
  .transform((text, context) => {
    const read = readIban(text);
    if (read !== undefined) return read;
    context.addIssue("This is not an IBAN of a country that SEPA reaches, or a digit is wrong.");
    return z.NEVER;
  });

export const payoutAccountBody = z.discriminatedUnion("method", [
  z.object({ method: z.literal("stripe"), country: countrySchema, password }),
  z.object({ method: z.literal("paypal"), email: emailSchema, country: countrySchema, password }),
  z.object({ method: z.literal("sepa"), iban, holder: lineSchema(70), password }),
]);
export type PayoutAccountBody = z.infer<typeof payoutAccountBody>;

export const passwordBody = z.object({ password });

export const detailsBody = z.object({
  legal_name: lineSchema(140),
  country: countrySchema.describe("Where you are at home."),
  standing: z.enum(["business", "private"]),
});

const proof = z.enum(payoutProofs);

export const namedAnswer = z.object({
  status: z.enum(["waits", "in-force"]),
  missing: z.array(proof).describe("What must still show that it is yours."),
  onboarding_url: z
    .string()
    .nullable()
    .describe("Where Stripe asks who you are; good for minutes."),
});

const account = {
  method: z.enum(payoutMethods),
  country: z.string(),
  shown: z.string().describe("Enough to recognise it, and no more."),
};

export const standingAnswer = z.object({
  account: z
    .object({ ...account, since: z.string(), usable: z.boolean() })
    .nullable()
    .describe("Where you are paid."),
  waiting: z
    .object({ ...account, missing: z.array(proof) })
    .nullable()
    .describe("Takes its place once nothing is missing."),
  details: detailsBody.nullable(),
  holds: z
    .array(
      z.object({
        code: z.enum(holdCodes),
        reason: z.string(),
        until: z.string().nullable().describe("When it ends by itself."),
      }),
    )
    .describe("Why nothing is paid to you now; empty when nothing is in the way."),
});
