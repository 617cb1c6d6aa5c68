import type { Money } from "../../../domain/money/money.js";

/** A payout as a provider is asked to carry it out. */
export interface Asked {
  readonly payoutId: string;
  readonly batchId: string;
  readonly amount: Money;
  /** As the provider calls the account. */
  readonly account: string;
}

/** What a provider said. Whatever leaves it open whether money moved is none of these: it throws ProviderDownError. */
export type Answer =
  | { readonly status: "sent"; readonly reference: string }
  /** It never left, and never will. */
  | { readonly status: "refused"; readonly reason: string }
  /** It did not leave now: the same may be asked again. */
  | { readonly status: "no-funds" };
