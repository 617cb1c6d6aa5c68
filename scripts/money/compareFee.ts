import { isDeepStrictEqual } from "node:util";
import { contextOf } from "../../commands/context.js";
import { handle, load } from "../../commands/handle.js";
import type { ChargeFee } from "../../domain/treasury/commands.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { feeIdOf, reactionId } from "../../platform/ids.js";
import type { AccountFee } from "../../platform/payments/accountFee.js";
import type { Comparison } from "./compareFacts.js";

/** Compares a fee of the provider's account with the ledger; books it if that is wanted. */
export async function compareFee(comparison: Comparison, fee: AccountFee): Promise<void> {
  const { provider, ledger, at, differences } = comparison;
  const { id: transactionId, charged: amount, what } = fee;
  const treasuryId = feeIdOf(provider, transactionId);
  const about = { treasuryId, at, reason: what, from: provider, amount, transactionId };
  const command: ChargeFee = { type: "ChargeFee", ...about };
  const loaded = await load(ledger.store, treasuryDecider, command);
  comparison.compared += 1;
  const { state } = loaded;
  // A maintainer may have undone it as no fee: that stays so.
  if (state.status === "undone") return;
  if (state.status === "entered") {
    const [draft] = treasuryDecider.decide(command, treasuryDecider.initialState());
    if (isDeepStrictEqual(draft?.public.postings, state.postings)) return;
    differences.push({ kind: "unsure", what, why: "the ledger has this fee with another sum" });
  } else if (comparison.repair) {
    const commandId = reactionId(treasuryId, "enter");
    const context = contextOf({ commandId, actor: `provider:${provider}`, at });
    await handle(ledger, treasuryDecider, command, context, loaded);
    comparison.repaired += 1;
  } else differences.push({ kind: "missing-fee", what, transactionId, amount });
}
