import { handle } from "../../commands/handle.js";
import type { GenerationCommand } from "../../domain/generation/commands.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { TerminalType } from "../../domain/generation/events.js";
import { generationTimeoutMs, leaseAttemptsMax } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { requestLoop } from "./requesting.js";
import { contextAt, openedAt, type World } from "./world.js";

const at = openedAt;

type Step<Command> = Command extends GenerationCommand ? Omit<Command, "generationId"> : never;
type Steps = readonly Step<GenerationCommand>[];

const leasing = (leaseId: string) => ({
  type: "LeaseGeneration" as const,
  at,
  leaseId,
  nodeId: newId(),
});

/** A node takes the work and gives it back. */
export function leaseAndLose(reason: "failed" | "rejected"): Steps {
  const leaseId = newId();
  return [leasing(leaseId), { type: "EndLease", at, leaseId, reason, proven: true }];
}

function leaseAndComplete(): Steps {
  const leaseId = newId();
  return [leasing(leaseId), completionOf(leaseId, at)];
}

/** The audio of a lease was right. */
export function completionOf(leaseId: string, at: string) {
  const sha256 = newId().replaceAll("-", "").repeat(2);
  return {
    type: "CompleteGeneration" as const,
    ...{ at, leaseId, arrivedAt: at, heardSince: openedAt, model: "synth-1", bytes: 1_152_300 },
    ...{ sha256, audioSha256: sha256, sentAudioSha256: sha256 },
    ...{ nodeSignature: "c2ln", certificate: "a.b.c" },
  };
}

type Asked = Awaited<ReturnType<typeof requestLoop>>;

const endings: Readonly<Record<TerminalType, (asked: Asked) => Steps>> = {
  GenerationCompleted: leaseAndComplete,
  GenerationRejected: () =>
    Array.from({ length: leaseAttemptsMax }, () => leaseAndLose("rejected")).flat(),
  GenerationFailed: () => [{ type: "FailGeneration", at, reason: "prompt-erased" }],
  GenerationCancelled: ({ userId }) => [
    { type: "CancelGeneration", at, userId, quotaDay: at.slice(0, 10), reason: "asked" },
  ],
  GenerationExpired: () => [{ type: "ExpireGeneration", at: plusMs(at, generationTimeoutMs) }],
};

export async function requestAndDo(world: World, stepsOf: (asked: Asked) => Steps): Promise<Asked> {
  const asked = await requestLoop(world, { at });
  for (const step of stepsOf(asked)) {
    const command = { ...step, generationId: asked.generationId };
    await handle(world.ledger, generationDecider, command, contextAt(at));
  }
  return asked;
}

/** A generation that ended so, by the real commands; nobody has reacted to it. */
export const requestAndEnd = (world: World, type: TerminalType): Promise<Asked> =>
  requestAndDo(world, endings[type]);
