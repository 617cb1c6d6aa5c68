import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationRequested } from "../../domain/generation/events.js";
import { type Unfit, unfitnessForQueue } from "../../domain/generation/queues.js";
import type { GenerationState, OpenGeneration } from "../../domain/generation/state.js";
import type { Instant } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import type { Clock } from "../../platform/process/clock.js";
import type { RedisClient } from "../../platform/redis/connection.js";
import { noteGivenLease } from "../../platform/redis/givenLeases.js";
import { noteLease } from "../../platform/redis/leases.js";
import type { NodePresence } from "../../platform/redis/nodes.js";
import type { Place, WaitingLine } from "../../platform/redis/waitingLine.js";
import { handle, type Ledger, type Loaded, load } from "../handle.js";
import { contextInGeneration } from "./context.js";
import { openPrompt } from "./openPrompt.js";

export interface LeaseDeps {
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

export interface Found {
  readonly leased: LeasedWork | undefined;
  /** What stands in line and is not for this node, by reason. */
  readonly skipped: Skipped;
}

/**
 * Leases the first in line, of all lines that this node serves or of the one that is named. A line
 * holds only what fits. What has ended meanwhile drops out, however much it is.
 */
export async function leaseNext(
  leasing: LeaseDeps,
  node: NodePresence,
  queue?: string,
): Promise<Found> {
  const lines = queue === undefined ? await leasing.waitingLine.list() : [{ queue, waiting: 1 }];
  const skipped: Skipped = {};
  for (const line of lines) {
    const unfit = unfitnessForQueue(line.queue, node);
    if (unfit !== undefined) {
      skipped[unfit] = (skipped[unfit] ?? 0) + line.waiting;
      continue;
    }
    const leased = await leaseFrom(leasing, node, line.queue);
    if (leased !== undefined) return { leased, skipped };
  }
  return { leased: undefined, skipped };
}

async function leaseFrom(
  leasing: LeaseDeps,
  node: NodePresence,
  queue: string,
): Promise<LeasedWork | undefined> {
  for (;;) {
    const leaseId = newId();
    const place = await leasing.waitingLine.take(queue, leaseId);
    if (place === undefined) return undefined;
    const answer = await consider(leasing, node, place, leaseId);
    if (answer !== "gone") return answer;
  }
}

async function consider(
  leasing: LeaseDeps,
  node: NodePresence,
  place: Place,
  leaseId: string,
): Promise<LeasedWork | "gone"> {
  try {
    const { generationId } = place;
    const loaded = await load(leasing.ledger.store, generationDecider, { generationId });
    const { state } = loaded;
    if (state.status !== "open" || state.current !== undefined) return await gone(place);
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
  { ledger, redis, clock }: LeaseDeps,
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
  await noteGivenLease(redis, { leaseId, generationId, nodeId });
  await noteLease(redis, { leaseId, generationId, nodeId }, at);
  return { leaseId, request, prompt: opened.prompt, deadlineAt: state.current.deadlineAt };
}
