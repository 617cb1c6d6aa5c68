import { type Cause, contextOfReaction } from "../commands/context.js";
import { handle, type Ledger } from "../commands/handle.js";
import { type GenerationEnded, terminalTypes } from "../domain/generation/events.js";
import { quotaDecider } from "../domain/quota/decider.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** The end of a generation settles its reservation: spent with audio, given back without. */
export const settle = (ledger: Ledger): ProcessManager =>
  processManager({
    name: "settle",
    handles: terminalTypes,
    react: async ({ event, ...cause }) => settleQuota(ledger, event, cause),
  });

export async function settleQuota(
  ledger: Ledger,
  { type, data }: GenerationEnded,
  cause: Cause,
): Promise<void> {
  const { userId, quotaDay: day, generationId, at } = data.private;
  const verb = type === "GenerationCompleted" ? ("SpendQuota" as const) : ("ReleaseQuota" as const);
  const context = contextOfReaction(cause, "settle", { actor: "scheduler", at });
  await handle(ledger, quotaDecider, { type: verb, userId, day, generationId, at }, context);
}
