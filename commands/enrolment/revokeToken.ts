import { enrolmentDecider } from "../../domain/enrolment/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";

/** @throws DomainError ENROLMENT_TOKEN_UNKNOWN, also for somebody else's; ENROLMENT_TOKEN_USED */
export async function revokeEnrolmentToken(
  ledger: Ledger,
  token: { readonly tokenId: string; readonly operatorId: string },
  context: CommandContext,
): Promise<void> {
  const command = { type: "RevokeEnrolmentToken" as const, ...token, at: context.at };
  await handle(ledger, enrolmentDecider, command, context);
}
