import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { unfitnessForQueue } from "../../../domain/generation/queues.js";
import { isProven } from "../../../domain/generation/standing.js";
import { decisionKinds } from "../../../domain/node/decisions.js";
import { type Instant, instantSchema } from "../../../domain/time.js";
import { findNode, isOnline, type NodePresence } from "../../../platform/redis/nodes.js";
import { findStanding, restEndOf } from "../../../platform/redis/standings.js";
import { listDecisions } from "../../../projections/nodeDecisions/queries.js";
import { findTenure, listOwnedBy, type TenureRow } from "../../../projections/tenures/queries.js";
import { codes, failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { ApiError } from "../../errorCodes.js";

const nodesMax = 100;
const decisionsMax = 100;

const nodeAnswer = z.object({
  worker_id: z.uuid(),
  pay_id: z.uuid().nullable(),
  online: z.boolean(),
  claimed_at: z.string().nullable(),
  trusted_at: z.string().nullable().describe("Work from before it counts nothing."),
  suspended_at: z.string().nullable().describe("The decisions say why."),
  accepted_jobs: z.int(),
  on_probation: z.boolean().describe("Its first jobs are to come, or it failed three in a row."),
  failures_in_row: z.int(),
  rests_until: z.string().nullable().describe("It gets no work before, since its work failed."),
  skipped: z
    .record(z.string(), z.int())
    .describe("Work in line at the moment that the node does not get, by reason."),
});

const listSchema = {
  tags: ["operator"],
  summary: "My nodes, and how each stands",
  querystring: z.object({
    after: z.uuid().optional().describe("The `next` of the page before."),
  }),
  response: {
    200: success(z.object({ nodes: z.array(nodeAnswer), next: z.uuid().nullable() })),
    ...failures,
  },
};

const place = z
  .string()
  .max(64)
  .transform((text) => text.split("_"))
  .pipe(z.tuple([instantSchema, z.uuid()]))
  .transform(([decided_at, event_id]) => ({ decided_at, event_id }));

const decisionsSchema = {
  tags: ["operator"],
  summary: "What was decided about a node of mine, and why; newest first",
  params: z.object({ workerId: z.uuid() }),
  querystring: z.object({
    after: place.optional().describe("The `next` of the page before."),
  }),
  errors: codes("NODE_NOT_FOUND"),
  response: {
    200: success(
      z.object({
        decisions: z.array(
          z.object({
            decided_at: z.string(),
            decision: z.enum(decisionKinds),
            reason: z.string().nullable(),
            job_id: z.uuid().nullable(),
          }),
        ),
        next: z.string().nullable(),
      }),
    ),
    ...failures,
  },
};

export const operatorNodeRoutes: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "user");
  app.get("/operator/nodes", { schema: listSchema, onRequest }, async (request) => {
    const { userId: operatorId } = callerOf(request);
    const { after } = request.query;
    const rows = await listOwnedBy(deps.readDb, { operatorId, after, limit: nodesMax });
    const lines = await deps.waitingLine.list();
    const now = deps.clock.now();
    const nodes = await Promise.all(rows.map((row) => nodeOf(deps, row, { lines, now })));
    const next = rows.length < nodesMax ? null : (rows.at(-1)?.node_id ?? null);
    return ok({ nodes, next });
  });

  const path = "/operator/nodes/:workerId/decisions";
  app.get(path, { schema: decisionsSchema, onRequest }, async (request) => {
    const { workerId: nodeId } = request.params;
    const tenure = await findTenure(deps.readDb, nodeId);
    if (tenure?.operator_id !== callerOf(request).userId) {
      throw new ApiError("NODE_NOT_FOUND", "You have claimed no such worker.");
    }
    const { after: before } = request.query;
    const rows = await listDecisions(deps.readDb, { nodeId, before, limit: decisionsMax });
    const last = rows.length < decisionsMax ? undefined : rows.at(-1);
    const next = last === undefined ? null : `${last.decided_at}_${last.event_id}`;
    const decisions = rows.map(({ decided_at, kind, reason, job_id }) => ({
      ...{ decided_at, decision: kind, reason, job_id },
    }));
    return ok({ decisions, next });
  });
};

interface Moment {
  readonly lines: readonly { readonly queue: string; readonly waiting: number }[];
  readonly now: Instant;
}

async function nodeOf(
  { redis }: AppDependencies,
  row: TenureRow,
  { lines, now }: Moment,
): Promise<z.infer<typeof nodeAnswer>> {
  const [node, standing] = await Promise.all([
    findNode(redis, row.node_id),
    findStanding(redis, row.node_id),
  ]);
  const { failuresInRow } = standing;
  return {
    worker_id: row.node_id,
    pay_id: row.pay_id,
    online: node !== undefined && isOnline(node, now),
    claimed_at: row.claimed_at,
    trusted_at: row.trusted_at,
    suspended_at: row.suspended_at,
    accepted_jobs: row.accepted,
    on_probation: !isProven({ accepted: Math.max(row.accepted, standing.accepted), failuresInRow }),
    failures_in_row: failuresInRow,
    rests_until: restEndOf(standing, now) ?? null,
    skipped: node === undefined ? {} : skippedBy(node, lines),
  };
}

function skippedBy(node: NodePresence, lines: Moment["lines"]): Record<string, number> {
  const skipped: Record<string, number> = {};
  for (const { queue, waiting } of lines) {
    const reason = node.suspended ? "suspended" : unfitnessForQueue(queue, node);
    if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + waiting;
  }
  return skipped;
}
