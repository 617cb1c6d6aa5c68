import type { Money } from "../../domain/money/money.js";
import type { Fact } from "../../domain/providers/facts.js";

export type Difference =
  /** The provider has it and the ledger does not: booking it mends that. */
  | { readonly kind: "missing"; readonly fact: Fact }
  /** Both have it, and not the same sum: somebody must look. */
  | { readonly kind: "other-amount"; readonly externalId: string; readonly says: Money }
  /** The ledger has it and the provider does not name it: somebody must look. */
  | { readonly kind: "only-in-ledger"; readonly externalId: string }
  /** It may be in the ledger or not, and booking it might count it twice: somebody must look. */
  | { readonly kind: "unsure"; readonly what: string; readonly why: string };

/** What a comparison found, and what of it is mended now. */
export interface Found {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly repaired: number;
}

export function sentenceOf(difference: Difference): string {
  switch (difference.kind) {
    case "missing": {
      const { kind, externalId, moneyKey } = difference.fact;
      return `missing in the ledger: ${externalId} ${kind} (${moneyKey})`;
    }
    case "other-amount": {
      const { amount, currency } = difference.says;
      return `another sum in the ledger: ${difference.externalId}, the provider says ${amount} ${currency}`;
    }
    case "only-in-ledger":
      return `only in the ledger: ${difference.externalId}`;
    case "unsure":
      return `unsure: ${difference.what}: ${difference.why}`;
  }
}
