import { DomainError } from "../../domain/errors.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { ownershipProofOf } from "../../domain/operator/payoutMethods.js";
import type { NamedAccount, OperatorState } from "../../domain/operator/state.js";
import { type PayoutLink, readPayoutLink } from "../../platform/keys/payoutLinks.js";
import { contextOf, type Origin } from "../context.js";
import { isOperator } from "../enrolment/issueToken.js";
import { handle, type Loaded, load } from "../handle.js";
import type { Linking } from "./linkPayee.js";
import { openDestination } from "./openPayoutAccount.js";
import { payeeOf } from "./payeeOf.js";

const proofBy = { confirm: "owner-mail", "confirm-paypal": "paypal-mail" } as const;

export interface Confirmation {
  readonly use: keyof typeof proofBy;
  readonly token: string;
}

export type AccountConfirmed =
  | {
      readonly outcome: "confirmed";
      /** False while another proof is missing. */
      readonly isInForce: boolean;
      readonly position: bigint | undefined;
    }
  | { readonly outcome: "bad-link" };

/** What the link in a mail about a new payout account does. */
export async function confirmPayoutAccount(
  deps: Linking,
  { use, token }: Confirmation,
  origin: Pick<Origin, "at" | "correlationId">,
): Promise<AccountConfirmed> {
  const { ledger } = deps;
  const link = readPayoutLink(ledger.vault, use, token, origin.at);
  if (link === undefined || !(await isOperator(ledger, link.operatorId))) {
    return { outcome: "bad-link" };
  }
  const { operatorId, subjectId: accountId } = link;
  const loaded = await load(ledger.store, operatorDecider, { operatorId });
  const account = findAccount(loaded.state, accountId);
  if (account === undefined) return { outcome: "bad-link" };
  const proof = proofBy[use];
  const isOwnership = ownershipProofOf(account.method) === proof;
  const payee = isOwnership ? await payeeShown(deps, link, account, loaded, origin) : undefined;
  const about = { operatorId, at: origin.at, accountId, proof, ...(payee && { payee }) };
  const command = { type: "VerifyPayoutAccount" as const, ...about };
  const context = contextOf({ ...origin, actor: `user:${operatorId}` });
  try {
    const { state, position } = await handle(ledger, operatorDecider, command, context);
    return { outcome: "confirmed", isInForce: state.current?.accountId === accountId, position };
  } catch (error) {
    if (error instanceof DomainError && error.code === "PAYOUT_ACCOUNT_REPLACED") {
      return { outcome: "bad-link" };
    }
    throw error;
  }
}

const findAccount = (
  { current, pending }: OperatorState,
  accountId: string,
): NamedAccount | undefined => [pending, current].find((known) => known?.accountId === accountId);

/** Only now is the account anybody's: whoever names somebody else's takes nothing from them. */
async function payeeShown(
  deps: Linking,
  { operatorId, subjectId }: PayoutLink,
  { method }: NamedAccount,
  { events }: Loaded<OperatorState>,
  { at }: Pick<Origin, "at">,
) {
  const named = await openDestination(deps.ledger.vault, events, subjectId);
  if (named === undefined) return undefined;
  return payeeOf(deps, { method, account: named.destination }, { operatorId, at });
}
