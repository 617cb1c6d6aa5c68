import { payableDecider } from "../../domain/payable/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import type { ShareName } from "./findShare.js";

interface Appeal extends ShareName {
  readonly operatorId: string;
  readonly words: string;
}

/** Returns the position of the write. @throws DomainError SHARE_NOT_VOIDED, APPEAL_TOO_LATE, TEXT_TOO_LONG */
export async function appealShare(
  ledger: Ledger,
  { words: text, ...share }: Appeal,
  context: CommandContext,
): Promise<bigint | undefined> {
  const words = { personId: share.operatorId, purpose: "account" as const, text };
  const command = { type: "AppealShare" as const, ...share, words, at: context.at };
  return (await handle(ledger, payableDecider, command, context)).position;
}
