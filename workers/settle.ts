import { handleQuota } from "../commands/byStream.js";
import type { Ledger } from "../commands/handleCommand.js";
import { type GenerationEnded, terminalTypes } from "../domain/generation/events.js";
import { reactionId } from "../platform/ids.js";
import { type ProcessManager, processManager } from "./processManager.js";

/** The end of a generation settles its reservation: spent with audio, given back without. */
export const settle = (ledger: Ledger): ProcessManager =>
  processManager({
    name: "settle",
    handles: terminalTypes,
    react: async ({ id, event, metadata }) => settleQuota(ledger, event, { id, metadata }),
  });

export async function settleQuota(
  ledger: Ledger,
  { type, data }: GenerationEnded,
  cause: { readonly id: string; readonly metadata?: unknown },
): Promise<void> {
  const { userId, quotaDay: day, generationId, at } = data.private;
  const verb = type === "GenerationCompleted" ? ("SpendQuota" as const) : ("ReleaseQuota" as const);
  const context = { commandId: reactionId(cause.id, "settle"), causationId: cause.id };
  await handleQuota(
    ledger,
    { type: verb, userId, day, generationId, at },
    {
      ...context,
      correlationId: correlationOf(cause.metadata) ?? cause.id,
      actor: "scheduler",
      at,
    },
  );
}

const correlationOf = (metadata: unknown): string | undefined =>
  typeof metadata === "object" &&
  metadata !== null &&
  "$correlationId" in metadata &&
  typeof metadata.$correlationId === "string"
    ? metadata.$correlationId
    : undefined;
