import { z } from "zod";

/** Where money can come in. `bank` is what a maintainer enters by hand. */
export const providers = ["stripe", "paypal", "github", "bank"] as const;
export const providerSchema = z.enum(providers);
export type Provider = z.infer<typeof providerSchema>;

export const funds = ["infrastructure", "development"] as const;
export const fundSchema = z.enum(funds);
export type Fund = z.infer<typeof fundSchema>;

/** The chart of accounts: debits are positive, credits negative. */
export type Account =
  | `assets:${Provider}:${"clearing" | "balance" | "disputed" | "suspense"}`
  | `liabilities:suspense:${Provider}`
  | "liabilities:undistributed"
  | "liabilities:undistributed:maturing"
  | "liabilities:reserve"
  | "liabilities:held"
  | `liabilities:pool:${"workers" | Fund}`
  | `liabilities:node:${string}`
  | `liabilities:payout:${string}`
  | `income:${"donations" | "refunds" | "disputed"}:${Provider}`
  | `expenses:${"fees" | "disputes" | "payout-fees"}:${Provider}`
  | `expenses:${Fund | "dedicated"}`
  | "equity:conversion";

const place = `(${providers.join("|")})`;
const form = [
  `assets:${place}:(clearing|balance|disputed|suspense)`,
  `liabilities:(suspense:${place}|undistributed(:maturing)?|reserve|held|pool:(workers|infrastructure|development))`,
  "liabilities:(node:[0-9a-f-]{36}|payout:[a-z0-9-]{1,32})",
  `income:(donations|refunds|disputed):${place}`,
  `expenses:((fees|disputes|payout-fees):${place}|infrastructure|development|dedicated)`,
  "equity:conversion",
].join("|");

/** In place of each node's: read models add up what all nodes are owed, in one line. */
export const allNodes = "liabilities:node:*";
export const isOfNode = (account: string): boolean => account.startsWith("liabilities:node:");

/** An account that stands in no chart can't be written. */
export const accountSchema = z.string().regex(new RegExp(`^(${form})$`));
