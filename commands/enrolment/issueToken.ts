import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import { DomainError } from "../../domain/errors.js";
import type { Instant } from "../../domain/time.js";
import { userDecider } from "../../domain/user/decider.js";
import { newEnrolmentToken } from "../../platform/keys/enrolmentTokens.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger, load } from "../handle.js";

export interface IssuedToken {
  readonly tokenId: string;
  /** Kept nowhere: whoever asked gets it now or never. */
  readonly token: string;
  readonly expiresAt: Instant;
}

/** @throws DomainError USER_NOT_FOUND */
export async function issueEnrolmentToken(
  ledger: Ledger,
  { operatorId }: { readonly operatorId: string },
  context: CommandContext,
): Promise<IssuedToken> {
  await requireOperator(ledger, operatorId);
  const { token, ...made } = newEnrolmentToken();
  const about = { ...made, at: context.at, operatorId };
  const command = { type: "IssueEnrolmentToken" as const, ...about };
  const { state } = await handle(ledger, enrolmentDecider, command, context);
  if (state.status !== "open") throw new Error("A token that was just made is not open.");
  return { tokenId: made.tokenId, token, expiresAt: state.expiresAt };
}

/** Whoever runs nodes has an account that stands. @throws DomainError USER_NOT_FOUND */
export async function requireOperator(ledger: Ledger, operatorId: string): Promise<void> {
  if (await isOperator(ledger, operatorId)) return;
  throw new DomainError("USER_NOT_FOUND", "This account does not exist.");
}

/** Whether that account stands: it is confirmed, and has not ended. */
export async function isOperator({ store }: Ledger, operatorId: string): Promise<boolean> {
  const { state } = await load(store, userDecider, { userId: operatorId });
  return state.status === "active";
}
