import { contextOf } from "../../commands/context.js";
import { handle, type Loaded, load } from "../../commands/handle.js";
import { channels } from "../../domain/audio/music.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { type Unfit, unfitness } from "../../domain/generation/queues.js";
import type { GenerationState, OpenGeneration } from "../../domain/generation/state.js";
import { leaseMs, second } from "../../domain/limits.js";
import type { Job, LeaseAnswer } from "../../domain/node/wire.js";
import { newId } from "../../platform/ids.js";
import { noteLease } from "../../platform/redis/leases.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import type { Place } from "../../platform/redis/waitingLine.js";
import type { AppDependencies } from "../dependencies.js";
import { type OpenedPrompt, readPrompt } from "../openPrompt.js";

export type Leased = Extract<LeaseAnswer, { job: object }>;
export type Skipped = Partial<Record<Unfit, number>>;

/** So many places are looked at before a node is told that nothing fits. */
const placesConsideredMax = 10;

/**
 * Takes the first in line that this node can do. What it can't do goes back to the head of the line
 * in the old order; what has ended meanwhile drops out.
 */
export async function tryLease(
  deps: AppDependencies,
  node: NodePresence,
  queue: string,
): Promise<{ leased: Leased | undefined; skipped: Skipped }> {
  const passedOver: Place[] = [];
  const skipped: Skipped = {};
  try {
    for (let considered = 0; considered < placesConsideredMax; considered += 1) {
      const leaseId = newId();
      const place = await deps.waitingLine.take(queue, leaseId);
      if (place === undefined) break;
      const answer = await consider(deps, node, place, leaseId);
      if (typeof answer === "object") return { leased: answer, skipped };
      if (answer === "gone") continue;
      passedOver.push(place);
      skipped[answer] = (skipped[answer] ?? 0) + 1;
    }
    return { leased: undefined, skipped };
  } finally {
    for (const place of passedOver.reverse()) await place.putBack();
  }
}

async function consider(
  deps: AppDependencies,
  node: NodePresence,
  place: Place,
  leaseId: string,
): Promise<Leased | Unfit | "gone"> {
  try {
    const loaded = await load(deps.ledger.store, generationDecider, {
      generationId: place.generationId,
    });
    const { state } = loaded;
    if (state.status !== "open" || state.current !== undefined) return await gone(place);
    const unfit = unfitness(state.request.data.private, node);
    if (unfit !== undefined) return unfit;
    const leased = await lease(deps, node, { leaseId, loaded, state });
    await place.leave();
    return leased ?? "gone";
  } catch (error) {
    await place.putBack();
    throw error;
  }
}

async function gone(place: Place): Promise<"gone"> {
  await place.leave();
  return "gone";
}

interface Candidate {
  readonly leaseId: string;
  readonly loaded: Loaded<GenerationState>;
  readonly state: OpenGeneration;
}

/** Undefined when the prompt is erased, or somebody else was faster. */
async function lease(
  deps: AppDependencies,
  { nodeId }: NodePresence,
  { leaseId, loaded, state }: Candidate,
): Promise<Leased | undefined> {
  const { generationId } = state.request.data.private;
  const at = deps.clock.now();
  const context = contextOf({ commandId: leaseId, actor: `node:${nodeId}`, at });
  const opened = await readPrompt(deps.ledger.vault, loaded.events);
  if (opened === undefined) {
    const fail = { type: "FailGeneration" as const, generationId, at };
    await handle(
      deps.ledger,
      generationDecider,
      { ...fail, reason: "prompt-erased" },
      context,
      loaded,
    );
    return undefined;
  }
  const command = { type: "LeaseGeneration" as const, generationId, leaseId, nodeId, at };
  const { state: after } = await handle(deps.ledger, generationDecider, command, context, loaded);
  if (after.status !== "open" || after.current?.leaseId !== leaseId) return undefined;
  await noteLease(deps.redis, { leaseId, generationId, nodeId }, at);
  return {
    job: jobOf(leaseId, state, opened),
    deadline_at: after.current.deadlineAt,
    lease_seconds: leaseMs / second,
  };
}

/** All that a node learns: what to make, under a name that means nothing elsewhere. */
function jobOf(leaseId: string, { request }: OpenGeneration, { prompt }: OpenedPrompt): Job {
  const { bpm, key, frames, sampleRate, stems, seed, model } = request.data.private;
  const sound = {
    bpm,
    key,
    frames,
    sample_rate: sampleRate,
    channels,
    stems,
    seed,
    model,
  } as const;
  return { job_id: leaseId, prompt, ...sound };
}
