import type { Manual } from "../../domain/donation/commands.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { type CommandContext, nextContext } from "../context.js";
import { handle } from "../handle.js";
import type { Linking } from "./linkPayee.js";
import { namePayoutAccount } from "./namePayoutAccount.js";
import { payeeOf } from "./payeeOf.js";

export interface AgreedAccount {
  readonly operatorId: string;
  /** ISO 3166-1 */
  readonly country: string;
  /** Where and how, as it was agreed; at most 254 characters. */
  readonly destination: string;
  readonly manual: Manual;
}

/**
 * A maintainer enters where an operator is paid by agreement. It is held for a week like any other change.
 * @throws DomainError USER_NOT_FOUND, TOO_MANY_CHANGES, HISTORY_FULL
 */
export async function agreeOnAccount(
  deps: Linking,
  { manual, ...agreed }: AgreedAccount,
  context: CommandContext,
): Promise<bigint | undefined> {
  const { ledger } = deps;
  const { operatorId, destination } = agreed;
  const account = { ...agreed, method: "manual" as const };
  const named = await namePayoutAccount(ledger, account, context);
  const about = { operatorId, at: context.at };
  const payee = await payeeOf(deps, { method: "manual", account: destination }, about);
  const { accountId } = named;
  const proof = { proof: "maintainer" as const, payee, manual };
  const verify = { type: "VerifyPayoutAccount" as const, ...about, accountId, ...proof };
  const next = nextContext(context, "verify");
  return (await handle(ledger, operatorDecider, verify, next)).position ?? named.position;
}
