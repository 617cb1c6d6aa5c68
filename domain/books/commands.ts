import type { Policy } from "../sharing/policies.js";
import type { Instant } from "../time.js";

export type BooksCommand =
  | { readonly type: "OpenLedger"; readonly ledgerId: string; readonly at: Instant }
  | { readonly type: "CloseMonth"; readonly month: string; readonly at: Instant }
  /** From the month after the open one on, unless it was adopted before. */
  | { readonly type: "AdoptPolicy"; readonly policy: Policy; readonly at: Instant }
  | {
      readonly type: "NoteDistributed";
      readonly month: string;
      readonly distributions: readonly NamedDistribution[];
      readonly at: Instant;
    };

export interface NamedDistribution {
  readonly currency: string;
  /** The id of its DistributionFinalized. */
  readonly finalized: string;
}
