import type { Money } from "../../domain/money/money.js";

/** What a provider charged the account itself, for no payment. */
export interface AccountFee {
  /** The provider's own id of it. */
  readonly id: string;
  /** Negative where it was given back. */
  readonly charged: Money;
  /** What it is, as a person reads it. */
  readonly what: string;
}
