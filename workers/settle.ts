import { type Cause, contextOfReaction } from "../commands/context.js";
import { handle, type Ledger } from "../commands/handle.js";
import type { GenerationEnded } from "../domain/generation/events.js";
import { quotaDecider } from "../domain/quota/decider.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** The end of a generation settles its reservation: spent with audio, given back without. */
export const settle = (ledger: Ledger): ProcessManager =>
  processManager({
    name: "settle",
    coveredBy: {
      GenerationCompleted: "sweep reservations",
      GenerationRejected: "sweep reservations",
      GenerationFailed: "sweep reservations",
      GenerationCancelled: "sweep reservations",
      GenerationExpired: "sweep reservations",
    },
    react: async ({ event, ...cause }) => settleQuota(ledger, event, cause),
  });

export async function settleQuota(
  ledger: Ledger,
  ended: GenerationEnded,
  cause: Cause,
): Promise<void> {
  const { userId, quotaDay: day, generationId, at } = ended.data.private;
  const context = contextOfReaction(cause, "settle", { actor: "scheduler", at });
  const about = { userId, day, generationId, at };
  await handle(ledger, quotaDecider, { ...settlementOf(ended), ...about }, context);
}

function settlementOf(ended: GenerationEnded) {
  if (ended.type === "GenerationCompleted") return { type: "SpendQuota" as const };
  const afterLease = ended.type === "GenerationCancelled" && ended.data.private.afterLease === true;
  return { type: "ReleaseQuota" as const, afterLease };
}
