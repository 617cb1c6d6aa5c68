import { DomainError } from "../errors.js";
import type { Account } from "../money/accounts.js";
import type { PayoutMethod } from "../operator/payoutMethods.js";
import type { OwedShare } from "../payouts/owedShare.js";
import type { Instant } from "../time.js";
import type { WaivedTo } from "./events.js";

/** A share by its month and node, within what one operator is owed in one currency. */
export interface ShareName {
  readonly month: string;
  readonly payId: string;
}

/** What became of a share. One that nothing happened to has no fate: it is owed. */
export type Fate =
  | {
      readonly status: "voided";
      readonly at: Instant;
      readonly evidenceSha256: string;
      readonly appeal: "none" | "open" | "rejected";
    }
  /** Owed again. The same evidence does not take it back a second time. */
  | { readonly status: "restored"; readonly evidenceSha256: string }
  | { readonly status: "waived"; readonly to: WaivedTo }
  | { readonly status: "lapsed" }
  /** In a payout that has no outcome yet; if it is withdrawn, what was before is again. */
  | { readonly status: "requested"; readonly payoutId: string; readonly before: Fate | undefined }
  | { readonly status: "paid"; readonly payoutId: string }
  /** Owed again: its money came back from a payout, and lies in `liabilities:payout:returned`. */
  | { readonly status: "returned" };

/** What everybody is told of a share. One of 0 is nothing to begin with. */
export const shareFates = ["nothing", "owed", "voided", "waived", "lapsed"] as const;
export type ShareFate = (typeof shareFates)[number];

export type PayoutStatus =
  | "requested"
  | "withdrawn"
  | "sending"
  | "sent"
  | "completed"
  | "failed"
  | "returned";

export interface Payout {
  readonly payoutId: string;
  readonly batchId: string;
  readonly method: PayoutMethod;
  readonly amount: string;
  readonly shares: readonly OwedShare[];
  status: PayoutStatus;
  /** When it was first handed to the provider: from then on the provider knows its id. */
  sendingAt: Instant | undefined;
  /** As the provider calls it. */
  reference: string | undefined;
  completedAt?: Instant;
}

export interface PayableState {
  /** By the name of the share, see `nameOf`. */
  readonly fates: Map<string, Fate>;
  /** By their ids, oldest first. */
  readonly payouts: Map<string, Payout>;
}

export const initialState = (): PayableState => ({ fates: new Map(), payouts: new Map() });

export const nameOf = ({ month, payId }: ShareName): string => `${month} ${payId}`;

export const fateOf = ({ fates }: PayableState, share: ShareName): Fate | undefined =>
  fates.get(nameOf(share));

export const isOwed = (fate: Fate | undefined): boolean =>
  fate === undefined || fate.status === "restored" || fate.status === "returned";

/** Where the money of a share lies while it is owed. */
export const accountOwing = (state: PayableState, share: ShareName): Account =>
  fateOf(state, share)?.status === "returned"
    ? "liabilities:payout:returned"
    : `liabilities:node:${share.payId}`;

type Owed = "restored" | "returned";
const fateWords: Readonly<Record<Exclude<Fate["status"], Owed>, string>> = {
  voided: "was taken back",
  waived: "was waived",
  lapsed: "has lapsed",
  requested: "is in a payout",
  paid: "was paid",
};

/** @throws DomainError SHARE_NOT_OWED, where something else became of the share */
export function requireOwed(state: PayableState, share: ShareName): void {
  const fate = fateOf(state, share);
  if (fate === undefined || fate.status === "restored" || fate.status === "returned") return;
  const message = `That share is not owed any more: it ${fateWords[fate.status]}.`;
  throw new DomainError("SHARE_NOT_OWED", message);
}
