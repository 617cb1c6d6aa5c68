import { type Money, moneySchema } from "../../domain/money/money.js";
import type { Fact } from "../../domain/providers/facts.js";

/** The sums of an event, by the names that its public part has for them; some in pairs, some absent. */
export type Figures = Readonly<Record<string, unknown>>;

const figureNames = new Set([
  "charged",
  "gross",
  "fee",
  "amount",
  "taken",
  "undone",
  "returned",
  "lost",
]);

export const figuresOf = (shown: object): Figures =>
  Object.fromEntries(Object.entries(shown).filter(([name]) => figureNames.has(name)));

export type Difference =
  /** The provider has it and the ledger does not: booking it mends that. */
  | { readonly kind: "missing"; readonly fact: Fact }
  /** The provider charged its account this, and the ledger does not have it: booking it mends that. */
  | {
      readonly kind: "missing-fee";
      readonly what: string;
      readonly transactionId: string;
      /** Negative where it was given back. */
      readonly amount: Money;
    }
  /** Both have it, and not the same sums: somebody must look. */
  | {
      readonly kind: "other-amount";
      readonly externalId: string;
      readonly movement: Fact["kind"];
      readonly reported: Figures;
    }
  /** The ledger has it and the provider does not name it: somebody must look. */
  | { readonly kind: "only-in-ledger"; readonly externalId: string }
  /** The provider holds another sum than the ledger has there: somebody must look. */
  | {
      readonly kind: "other-balance";
      readonly reported: Money;
      readonly recorded: Money;
      /** Entries of the provider's account that are about no payment, such as its payouts. */
      readonly ofAccount: readonly string[];
    }
  /** A payment in suspense cost us this, and nobody bears it yet: somebody must close it. */
  | { readonly kind: "unbooked-loss"; readonly externalId: string; readonly sum: Money }
  /** It may be in the ledger or not, and booking it might count it twice: somebody must look. */
  | { readonly kind: "unsure"; readonly what: string; readonly why: string };

/** What a comparison found, and what of it is mended now. */
export interface Found {
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Counted into the balance, though no account of ours has it. */
  readonly unbooked: readonly Money[];
  readonly repaired: number;
}

export function sentenceOf(difference: Difference): string {
  switch (difference.kind) {
    case "missing": {
      const { kind, externalId, moneyKey } = difference.fact;
      return `missing from the ledger: ${externalId} ${kind} (${moneyKey})`;
    }
    case "missing-fee":
      return `missing from the ledger: a fee of the account, ${difference.what}`;
    case "other-amount": {
      const { externalId, movement, reported } = difference;
      return `other amount in the ledger: ${externalId} ${movement}, the provider reports ${textOf(reported)}`;
    }
    case "only-in-ledger":
      return `only in the ledger: ${difference.externalId}`;
    case "other-balance": {
      const { reported, recorded, ofAccount } = difference;
      const entries = ofAccount.map((entry) => `\n    of the account itself: ${entry}`).join("");
      return (
        `other balance: the provider holds ${reported.amount} ${reported.currency}, ` +
        `the ledger ${recorded.amount}${entries}`
      );
    }
    case "unbooked-loss": {
      const { externalId, sum } = difference;
      return (
        `booked nowhere: ${sum.amount} ${sum.currency} by ${externalId}, which lies in suspense: ` +
        "close it with npm run waiting, and the infrastructure fund bears it"
      );
    }
    case "unsure":
      return `unclear: ${difference.what}: ${difference.why}`;
  }
}

function textOf(figures: Figures): string {
  const texts = Object.entries(figures).map(([name, figure]) => {
    const { success, data } = moneySchema.safeParse(figure);
    return `${name} ${success ? `${data.amount} ${data.currency}` : JSON.stringify(figure)}`;
  });
  return texts.join(", ");
}
