import { payableDecider } from "../../domain/payable/decider.js";
import type { WaivedTo } from "../../domain/payable/events.js";
import type { CommandContext } from "../context.js";
import { handle, type Ledger } from "../handle.js";
import { findShare, type ShareName } from "./findShare.js";
import type { MovedShare } from "./takeBackShare.js";

/**
 * An operator does without a share of a node that is theirs: whoever calls this has made sure of it.
 * @throws DomainError DISTRIBUTION_NOT_STARTED, SHARE_NOT_FOUND, NOTHING_TO_VOID, SHARE_NOT_OWED
 */
export async function waiveShare(
  ledger: Ledger,
  share: ShareName & { readonly operatorId: string; readonly to: WaivedTo },
  context: CommandContext,
): Promise<MovedShare> {
  const amount = await findShare(ledger, share);
  const command = { type: "WaiveShare" as const, ...share, amount, at: context.at };
  const { position } = await handle(ledger, payableDecider, command, context);
  return { isNew: position !== undefined, amount, position };
}
