import { z } from "zod";

/**
 * Why a maintainer looks at a payout before it is approved: the payee is, or was, another operator's; it is
 * the first one; the account was changed in the last 30 days; it is more than three times the usual.
 */
export const payoutFlags = [
  "payee-seen-elsewhere",
  "first-payout",
  "changed-lately",
  "above-usual",
] as const;
export const payoutFlagSchema = z.enum(payoutFlags);
export type PayoutFlag = z.infer<typeof payoutFlagSchema>;
