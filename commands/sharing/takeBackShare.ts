import type { Money } from "../../domain/money/money.js";
import { payableDecider } from "../../domain/payable/decider.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { findShare, type ShareName } from "./findShare.js";

export interface Manually extends ShareName {
  readonly operatorId: string;
  readonly reason: string;
  readonly evidenceSha256: string;
}
export interface MovedShare {
  readonly isNew: boolean;
  readonly amount: Money;
  readonly position: bigint | undefined;
}

/**
 * Takes a share back, or undoes that.
 * @throws DomainError DISTRIBUTION_NOT_STARTED, SHARE_NOT_FOUND, NOTHING_TO_VOID, SHARE_NOT_OWED,
 * TAKE_BACK_UNDONE; SHARE_NOT_VOIDED
 */
export async function takeBackShare(
  ledger: Ledger,
  type: "VoidShare" | "RestoreShare",
  share: Manually,
  context: CommandContext,
): Promise<MovedShare> {
  const amount = await findShare(ledger, share);
  const command = { type, ...share, amount, at: context.at };
  const { position } = await handle(ledger, payableDecider, command, context);
  return { isNew: position !== undefined, amount, position };
}
