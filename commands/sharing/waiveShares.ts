import { DomainError } from "../../domain/errors.js";
import type { WaivedTo } from "../../domain/payable/events.js";
import { type CommandContext, drawnContext } from "../context.js";
import type { Ledger } from "../handle.js";
import type { ShareName } from "./findShare.js";
import { waiveShare } from "./waiveShare.js";

/**
 * Waives all these shares of one operator. One that something became of meanwhile is passed over: nobody
 * is owed it any more.
 */
export async function waiveShares(
  ledger: Ledger,
  shares: readonly ShareName[],
  by: { readonly operatorId: string; readonly to: WaivedTo },
  context: CommandContext,
): Promise<void> {
  for (const share of shares) {
    try {
      await waiveShare(ledger, { ...share, ...by }, drawnContext(context));
    } catch (error) {
      if (!(error instanceof DomainError && error.code === "SHARE_NOT_OWED")) throw error;
    }
  }
}
