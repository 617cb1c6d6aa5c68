import { z } from "zod";

/**
 * Which work counts, by name. A policy begins with a month (PolicyAdopted) and is never changed: what is
 * to be different is a new one.
 */
export const policySchema = z.enum(["v1", "v2"]);
export type Policy = z.infer<typeof policySchema>;

/** In force in a ledger that adopted none. */
export const firstPolicy: Policy = "v1";
export const newestPolicy: Policy = "v2";

export interface Adopted {
  readonly policy: Policy;
  readonly from: string;
}

/** Months are text that sorts; a later adoption begins with a later month. */
export const policyOf = (month: string, adopted: readonly Adopted[]): Policy =>
  adopted.findLast(({ from }) => from <= month)?.policy ?? firstPolicy;
