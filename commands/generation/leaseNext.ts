import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationRequested } from "../../domain/generation/events.js";
import { type Unfit, unfitness } from "../../domain/generation/queues.js";
import type { GenerationState, OpenGeneration } from "../../domain/generation/state.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { noteLease } from "../../platform/redis/leases.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import type { Place, WaitingLine } from "../../platform/redis/waitingLine.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";
import { contextInGeneration } from "./context.js";
import { openPrompt } from "./openPrompt.js";

export interface Leasing {
  readonly ledger: Ledger;
  readonly redis: RedisClient;
  readonly waitingLine: WaitingLine;
  readonly clock: Clock;
}

/** Work that is a node's from now on. */
export interface LeasedWork {
  readonly leaseId: string;
  readonly request: GenerationRequested;
  readonly prompt: string;
  readonly deadlineAt: Instant;
}
export type Skipped = Partial<Record<Unfit, number>>;

/** So many places are looked at before a node is told that nothing fits. */
const placesConsideredMax = 10;

/**
 * Leases the first in line that this node can do. What it can't do goes back to the head of the line
 * in the old order, and is counted; what has ended meanwhile drops out.
 */
export async function leaseNext(
  leasing: Leasing,
  node: NodePresence,
  queue: string,
): Promise<{ readonly leased: LeasedWork | undefined; readonly skipped: Skipped }> {
  const passedOver: Place[] = [];
  const skipped: Skipped = {};
  try {
    for (let considered = 0; considered < placesConsideredMax; considered += 1) {
      const leaseId = newId();
      const place = await leasing.waitingLine.take(queue, leaseId);
      if (place === undefined) break;
      const answer = await consider(leasing, node, place, leaseId);
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
  leasing: Leasing,
  node: NodePresence,
  place: Place,
  leaseId: string,
): Promise<LeasedWork | Unfit | "gone"> {
  try {
    const { generationId } = place;
    const loaded = await load(leasing.ledger.store, generationDecider, { generationId });
    const { state } = loaded;
    if (state.status !== "open" || state.current !== undefined) return await gone(place);
    const unfit = unfitness(state.request.data.private, node);
    if (unfit !== undefined) return unfit;
    const leased = await lease(leasing, node, { leaseId, loaded, state });
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
  { ledger, redis, clock }: Leasing,
  { nodeId }: NodePresence,
  { leaseId, loaded, state: { request } }: Candidate,
): Promise<LeasedWork | undefined> {
  const { generationId } = request.data.private;
  const at = clock.now();
  const about = { generationId, at };
  const context = contextInGeneration(loaded, { commandId: leaseId, actor: `node:${nodeId}`, at });
  const opened = await openPrompt(ledger.vault, loaded.events);
  if (opened === undefined) {
    const fail = { type: "FailGeneration", ...about, reason: "prompt-erased" } as const;
    await handle(ledger, generationDecider, fail, context, loaded);
    return undefined;
  }
  const take = { type: "LeaseGeneration", ...about, leaseId, nodeId } as const;
  const { state } = await handle(ledger, generationDecider, take, context, loaded);
  if (state.status !== "open" || state.current?.leaseId !== leaseId) return undefined;
  await noteLease(redis, { leaseId, generationId, nodeId }, at);
  return { leaseId, request, prompt: opened.prompt, deadlineAt: state.current.deadlineAt };
}
