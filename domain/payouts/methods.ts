import { z } from "zod";
import type { Provider } from "../money/accounts.js";
import { type PayoutMethod, payoutMethods } from "../operator/payoutMethods.js";

export const payoutMethodSchema = z.enum(payoutMethods);

/** Which of our own accounts a method pays from. */
export const paidFrom: Readonly<Record<PayoutMethod, Provider>> = {
  stripe: "stripe",
  paypal: "paypal",
  sepa: "bank",
  manual: "bank",
};

/** Of a country: two capital letters, as ISO 3166-1 has them. */
export const countrySchema = z.string().regex(/^[A-Z]{2}$/);
