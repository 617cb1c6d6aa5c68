import type { FastifyReply } from "fastify";
import { type AskingNode, waitForOffer } from "../../commands/generation/candidates.js";
import { endLease } from "../../commands/generation/endLease.js";
import { findRunning } from "../../commands/generation/findRunning.js";
import { type Found, type LeasedWork, leaseNext } from "../../commands/generation/leaseNext.js";
import { longPollMs, preferenceMs } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { noteTaking, removeWaiting } from "../../platform/redis/nodes.js";
import type { AppDependencies } from "../dependencies.js";
import { hasHungUp, onHangUp } from "../hangUp.js";
import type { LeasePoll } from "./leasePolls.js";

const nothing: Found = { leased: undefined, skipped: {}, passedOver: 0, isCutShort: false };

/**
 * Parks a node's question until there is work, or the time is up. Nobody who hung up stays known as
 * waiting, or keeps work that nobody would do.
 */
export async function pollForWork(
  deps: AppDependencies,
  reply: FastifyReply,
  node: AskingNode,
  waitMs: number,
): Promise<Found> {
  const running = await findRunning(deps, node.nodeId);
  if (running !== undefined) return { ...nothing, leased: running };
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
  node: AskingNode,
  poll: LeasePoll,
  waitMs: number,
): Promise<Found> {
  const { instanceId, clock, redis } = deps;
  const until = plusMs(clock.now(), waitMs);
  const endsAt = performance.now() + waitMs;
  await waitForOffer(redis, node, { instanceId, until });
  let found = nothing;
  let offered: string | undefined;
  // Whoever parks it has just asked whether it takes work.
  let takesWork = true;
  while (poll.isOpen && takesWork) {
    const looked = await leaseNext(deps, node, { isWanted: () => poll.isOpen, queue: offered });
    if (looked.leased !== undefined) return looked;
    found = {
      leased: undefined,
      skipped: { ...found.skipped, ...looked.skipped },
      passedOver: found.passedOver + looked.passedOver,
      isCutShort: looked.isCutShort,
    };
    offered = await poll.nextOffer(Math.min(endsAt - performance.now(), lookAgainMs(found)));
    if (offered === undefined && performance.now() >= endsAt) break;
    takesWork = await noteTaking(redis, node.nodeId, { at: clock.now(), state: "idle" });
  }
  return found;
}

/** What was left to another is looked at again: that one may not come. */
function lookAgainMs({ isCutShort, passedOver }: Found): number {
  if (isCutShort) return 0;
  return passedOver > 0 ? preferenceMs : longPollMs;
}

/** False when the node takes no work any more. */
const noteBusy = ({ redis, clock }: AppDependencies, nodeId: string): Promise<boolean> =>
  noteTaking(redis, nodeId, { at: clock.now(), state: "busy" });

async function giveBack(
  deps: AppDependencies,
  nodeId: string,
  { leaseId, request }: LeasedWork,
): Promise<void> {
  const { generationId } = request.data.private;
  const by = { actor: `node:${nodeId}` as const, at: deps.clock.now() };
  await endLease(deps, { leaseId, generationId, reason: "left" }, by);
}
