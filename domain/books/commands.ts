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
    }
  | (RestoredBackup & { readonly type: "RecordRestore"; readonly at: Instant })
  /** A person has compared what was paid with what the ledger holds, for this restore. */
  | {
      readonly type: "ConfirmPayouts";
      readonly restoreId: string;
      readonly reason: string;
      /** Of what the comparison listed. */
      readonly evidenceSha256: string;
      readonly at: Instant;
    };

export interface RestoredBackup {
  /** Drawn for this restore. */
  readonly restoreId: string;
  /** When the backup was begun: nothing later is in it for certain. */
  readonly backedUpAt: Instant;
  /** Of the last event in it, in `$all`. */
  readonly backupPosition: string;
  readonly archiveSha256: string;
}

export interface NamedDistribution {
  readonly currency: string;
  /** The id of its DistributionFinalized. */
  readonly finalized: string;
}
