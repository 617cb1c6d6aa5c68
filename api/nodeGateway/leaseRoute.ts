import type { FastifyReply } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { endLease } from "../../commands/generation/endLease.js";
import { queuesServedBy } from "../../domain/generation/queues.js";
import { longPollMs } from "../../domain/limits.js";
import { type LeaseAnswer, leaseAnswerSchema } from "../../domain/node/wire.js";
import { plusMs } from "../../domain/time.js";
import { findLease } from "../../platform/redis/leases.js";
import {
  findNode,
  forgetWaiting,
  heardAgain,
  type NodePresence,
  noteNode,
  noteWaiting,
} from "../../platform/redis/nodes.js";
import { failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { ApiError } from "../errorCodes.js";
import { hasHungUp, onHangUp } from "../hangUp.js";
import type { LeasePoll } from "./leasePolls.js";
import { authenticateNode, nodeIdOfCaller } from "./nodeCaller.js";
import { type Leased, type Skipped, tryLease } from "./tryLease.js";

/** The poll that hands out work: it waits up to 30 s for some. */
export const leaseRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const schema = {
    tags: ["workers"],
    summary: "Ask for work; waits up to 30 s",
    body: z
      .object({
        wait_seconds: z
          .number()
          .min(0)
          .max(longPollMs / 1000)
          .optional(),
      })
      .nullish(),
    response: { 200: success(leaseAnswerSchema), ...failures },
  };
  const onRequest = authenticateNode(deps);
  app.post("/workers/jobs/lease", { schema, onRequest }, async (request, reply) => {
    const known = await findNode(deps.redis, nodeIdOfCaller(request));
    if (known === undefined) throw new ApiError("INVALID_CREDENTIALS", "Register this node again.");
    if (known.state === "draining") return ok({ job: null, skipped: {} });
    // A node that is busy with short work all the time sends no heartbeats: its polls say enough.
    const node: NodePresence = { ...heardAgain(known, deps.clock.now()), state: "idle" };
    await noteNode(deps.redis, node);
    const waitMs = 1000 * (request.body?.wait_seconds ?? longPollMs / 1000);
    return ok(await park(deps, reply, node, waitMs));
  });
};

/** Nobody who hung up stays known as waiting, or keeps work that nobody would do. */
async function park(
  deps: AppDependencies,
  reply: FastifyReply,
  node: NodePresence,
  waitMs: number,
): Promise<LeaseAnswer> {
  const poll = deps.leasePolls.open(node);
  onHangUp(reply, () => poll.close());
  try {
    const answer = await pollFor(deps, node, poll, waitMs);
    if (answer.job === null) return answer;
    if (!hasHungUp(reply) && (await noteBusy(deps, node.nodeId))) return answer;
    await giveBack(deps, node.nodeId, answer.job.job_id);
    return { job: null, skipped: {} };
  } finally {
    poll.close();
    // A newer poll of the same node may be parked by now.
    if (!deps.leasePolls.holds(node.nodeId)) await forgetWaiting(deps.redis, node.nodeId);
  }
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
  await noteNode(redis, { ...heardAgain(known, clock.now()), state: "busy" });
  return true;
}

async function giveBack(deps: AppDependencies, nodeId: string, leaseId: string): Promise<void> {
  const held = await findLease(deps.redis, leaseId);
  if (held === undefined) return;
  const { generationId } = held;
  const by = { actor: `node:${nodeId}` as const, at: deps.clock.now() };
  await endLease(deps, { leaseId, generationId, reason: "left" }, by);
}

/** Known as waiting before the first look: work that comes in between is offered, not missed. */
async function pollFor(
  deps: AppDependencies,
  node: NodePresence,
  poll: LeasePoll,
  waitMs: number,
): Promise<LeaseAnswer> {
  const { instanceId, clock, redis } = deps;
  const until = plusMs(clock.now(), waitMs);
  const endsAt = performance.now() + waitMs;
  await noteWaiting(redis, { nodeId: node.nodeId, instanceId, until });
  const skipped: Skipped = {};
  let queues: readonly string[] = queuesServedBy(node);
  while (poll.isOpen && (await takesWork(deps, node.nodeId))) {
    const leased = await lookInto(deps, node, queues, skipped);
    if (leased !== undefined) return leased;
    const queue = await poll.nextOffer(endsAt - performance.now());
    if (queue === undefined) break;
    queues = [queue];
  }
  return { job: null, skipped: countsOf(skipped) };
}

async function lookInto(
  deps: AppDependencies,
  node: NodePresence,
  queues: readonly string[],
  skipped: Skipped,
): Promise<Leased | undefined> {
  for (const queue of queues) {
    const result = await tryLease(deps, node, queue);
    Object.assign(skipped, result.skipped);
    if (result.leased !== undefined) return result.leased;
  }
  return undefined;
}

const countsOf = (skipped: Skipped): Record<string, number> =>
  Object.fromEntries(Object.entries(skipped).map(([reason, count]) => [reason, count ?? 0]));
