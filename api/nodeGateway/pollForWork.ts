import type { FastifyReply } from "fastify";
import { endLease } from "../../commands/generation/endLease.js";
import { type Found, type LeasedWork, leaseNext } from "../../commands/generation/leaseNext.js";
import { plusMs } from "../../domain/time.js";
import {
  findNode,
  type NodePresence,
  noteNode,
  noteWaiting,
  removeWaiting,
  seenNow,
} from "../../platform/redis/nodes.js";
import type { AppDependencies } from "../dependencies.js";
import { hasHungUp, onHangUp } from "../hangUp.js";
import type { LeasePoll } from "./leasePolls.js";

const nothing: Found = { leased: undefined, skipped: {} };

/**
 * Parks a node's question until there is work, or the time is up. Nobody who hung up stays known as
 * waiting, or keeps work that nobody would do.
 */
export async function pollForWork(
  deps: AppDependencies,
  reply: FastifyReply,
  node: NodePresence,
  waitMs: number,
): Promise<Found> {
  const poll = deps.leasePolls.open(node);
  onHangUp(reply, () => poll.close());
  try {
    const found = await park(deps, node, poll, waitMs);
    if (found.leased === undefined) return found;
    if (!hasHungUp(reply) && (await noteBusy(deps, node.nodeId))) return found;
    await giveBack(deps, node.nodeId, found.leased);
    return nothing;
  } finally {
    poll.close();
    // A newer poll of the same node may be parked by now.
    if (!deps.leasePolls.holds(node.nodeId)) await removeWaiting(deps.redis, node.nodeId);
  }
}

/** Known as waiting before the first look: work that comes in between is offered, not missed. */
async function park(
  deps: AppDependencies,
  node: NodePresence,
  poll: LeasePoll,
  waitMs: number,
): Promise<Found> {
  const { instanceId, clock, redis } = deps;
  const until = plusMs(clock.now(), waitMs);
  const endsAt = performance.now() + waitMs;
  await noteWaiting(redis, { nodeId: node.nodeId, instanceId, until });
  let skipped: Found["skipped"] = {};
  let offered: string | undefined;
  while (poll.isOpen && (await takesWork(deps, node.nodeId))) {
    const found = await leaseNext(deps, node, offered);
    if (found.leased !== undefined) return found;
    skipped = { ...skipped, ...found.skipped };
    offered = await poll.nextOffer(endsAt - performance.now());
    if (offered === undefined) break;
  }
  return { leased: undefined, skipped };
}

/** A node may be told to drain, or may leave, while its poll is parked here. */
const takesWork = async ({ redis }: AppDependencies, nodeId: string): Promise<boolean> =>
  isTaking(await findNode(redis, nodeId));

const isTaking = (known: NodePresence | undefined): known is NodePresence =>
  known !== undefined && known.state !== "draining";

/** False when the node takes no work any more. */
async function noteBusy({ redis, clock }: AppDependencies, nodeId: string): Promise<boolean> {
  const known = await findNode(redis, nodeId);
  if (!isTaking(known)) return false;
  await noteNode(redis, { ...seenNow(known, clock.now()), state: "busy" });
  return true;
}

async function giveBack(
  deps: AppDependencies,
  nodeId: string,
  { leaseId, request }: LeasedWork,
): Promise<void> {
  const { generationId } = request.data.private;
  const by = { actor: `node:${nodeId}` as const, at: deps.clock.now() };
  await endLease(deps, { leaseId, generationId, reason: "left" }, by);
}
