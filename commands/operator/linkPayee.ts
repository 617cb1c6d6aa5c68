import { operatorDecider } from "../../domain/operator/decider.js";
import type { PayoutAccount } from "../../platform/vault/payees.js";
import type { VaultDb } from "../../platform/vault/tables.js";
import type { CommandContext } from "../context.js";
import { requireOperator } from "../enrolment/issueToken.js";
import { handle, type Ledger } from "../handle.js";
import { payeeOf } from "./payeeOf.js";

export interface Linking {
  readonly ledger: Ledger;
  readonly vaultDb: VaultDb;
}

/** `held`: another operator has this account. A maintainer looks before anybody is paid by it. */
export type PayeeOutcome = {
  readonly outcome: "linked" | "held";
  readonly payeeId: string;
  readonly position: bigint | undefined;
};

/** Who is paid for an operator's nodes from now on. @throws DomainError USER_NOT_FOUND, HISTORY_FULL */
export async function linkPayee(
  { ledger, vaultDb }: Linking,
  { operatorId, ...account }: PayoutAccount & { readonly operatorId: string },
  context: CommandContext,
): Promise<PayeeOutcome> {
  await requireOperator(ledger, operatorId);
  const { at } = context;
  const { payeeId, isOthers } = await payeeOf({ ledger, vaultDb }, account, { operatorId, at });
  const command = { type: "LinkPayee" as const, operatorId, at, payeeId, isOthers };
  const { state, position } = await handle(ledger, operatorDecider, command, context);
  return { outcome: state.payeeId === payeeId ? "linked" : "held", payeeId, position };
}
