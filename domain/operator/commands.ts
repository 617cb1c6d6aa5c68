import type { Secret } from "../message.js";
import type { Instant } from "../time.js";
import type { PayoutMethod, PayoutProof } from "./payoutMethods.js";

interface AboutOperator {
  readonly operatorId: string;
  readonly at: Instant;
}
interface AboutPayee extends AboutOperator {
  readonly payeeId: string;
}
interface ByMaintainer {
  readonly reason: string;
  readonly evidenceSha256: string;
}

export interface LinkPayee extends AboutPayee {
  readonly type: "LinkPayee";
  /** Another operator had it first. */
  readonly isOthers: boolean;
}

export interface AcceptPayee extends AboutPayee, ByMaintainer {
  readonly type: "AcceptPayee";
}

export interface LinkPayoutAccount extends AboutOperator {
  readonly type: "LinkPayoutAccount";
  readonly accountId: string;
  readonly method: PayoutMethod;
  readonly country: string;
  readonly destination: Secret;
  readonly holder?: Secret;
}

export interface VerifyPayoutAccount extends AboutOperator {
  readonly type: "VerifyPayoutAccount";
  readonly accountId: string;
  readonly proof: PayoutProof;
  /** By the vault, with the proof that shows whose account it is. */
  readonly payee?: { readonly payeeId: string; readonly isOthers: boolean };
  /** Why, where a maintainer entered it. */
  readonly manual?: ByMaintainer;
}

/** The provider says that it can't be paid. */
export interface DoubtPayoutAccount extends AboutOperator {
  readonly type: "DoubtPayoutAccount";
  readonly accountId: string;
}

export interface RemovePayoutAccount extends AboutOperator {
  readonly type: "RemovePayoutAccount";
}

export interface FreezePayouts extends AboutOperator {
  readonly type: "FreezePayouts";
  /** The event of which a mail told, where its link is followed. */
  readonly linkId?: string;
}

export interface UnfreezePayouts extends AboutOperator, ByMaintainer {
  readonly type: "UnfreezePayouts";
}

export interface GivePayeeDetails extends AboutOperator {
  readonly type: "GivePayeeDetails";
  readonly legalName: Secret;
  readonly country: Secret;
  readonly standing: Secret;
}

export interface ReceivePayeeForm extends AboutOperator, ByMaintainer {
  readonly type: "ReceivePayeeForm";
}

export type AccountCommand =
  | LinkPayoutAccount
  | VerifyPayoutAccount
  | DoubtPayoutAccount
  | RemovePayoutAccount
  | FreezePayouts
  | UnfreezePayouts;

export type OperatorCommand =
  | LinkPayee
  | AcceptPayee
  | GivePayeeDetails
  | ReceivePayeeForm
  | AccountCommand;
