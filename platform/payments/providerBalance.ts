import type { Money } from "../../domain/money/money.js";

/** What a provider says that it holds for us. */
export interface ProviderBalance {
  /** One for each currency. */
  readonly sums: readonly Money[];
  /** Entries of the account itself, such as payouts, as a person reads them; without its fees. */
  readonly ofAccount: () => Promise<readonly string[]>;
}
