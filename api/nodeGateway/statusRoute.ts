import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { foundTogetherMs } from "../../domain/limits.js";
import {
  type Gpu,
  type NodeDescription,
  nodeDescriptionSchema,
} from "../../domain/node/description.js";
import { lookTogether } from "../../platform/process/lookTogether.js";
import { countOpen } from "../../projections/generations/queries.js";
import { listNodes, type NodeRow } from "../../projections/nodes/queries.js";
import { failures, ok, success } from "../answers.js";
import type { AppDependencies } from "../dependencies.js";
import { HourlyLoad } from "./hourlyLoad.js";
import { HourlyPresence } from "./hourlyPresence.js";
import { HourlyWork, type NodeWork, noWork } from "./hourlyWork.js";

const workersShownMax = 1000;
const shortIdCharacters = 8;

const workerAnswer = z.object({
  id: z.string(),
  /** Online at some time of this hour. */
  state: z.enum(["online", "offline"]),
  engine: z.string().nullable(),
  models: z.array(z.string()),
  gpu: z.string().nullable(),
  registered_on: z.string(),
  /** This and what follows is told once an hour. */
  completed: z.int(),
  /** Completed work over all leases that ended, 0 to 1; null before the first. */
  success_rate: z.number().nullable(),
  average_ms: z.int().nullable(),
});

const clusterAnswer = z.object({
  /** Now. What follows is told once an hour. */
  status: z.enum(["healthy", "busy", "no-workers"]),
  /** At some time of this hour. */
  online: z.int(),
  busy: z.int(),
  queued: z.int(),
  processing: z.int(),
  workers: z.array(workerAnswer),
});

const schema = {
  tags: ["workers"],
  summary: "State of the cluster: who was online in this hour, and how much work was waiting",
  response: { 200: success(clusterAnswer), ...failures },
};

/** Health and load of the cluster, for anybody. Short ids, no addresses; reading changes nothing. */
export const clusterRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const hourly = {
    work: new HourlyWork(),
    presence: new HourlyPresence(),
    load: new HourlyLoad(),
  };
  const look = lookTogether(() => findCluster(deps, hourly), foundTogetherMs);
  app.get("/workers/status", { schema }, async () => ok(await look()));
};

async function findCluster(
  deps: AppDependencies,
  hourly: {
    readonly work: HourlyWork;
    readonly presence: HourlyPresence;
    readonly load: HourlyLoad;
  },
): Promise<z.infer<typeof clusterAnswer>> {
  const online = await deps.onlineNodes.list();
  const at = deps.clock.now();
  const wasHere = hourly.presence.of(
    online.map(({ nodeId }) => nodeId),
    at,
  );
  const rows = await listNodes(deps.readDb, workersShownMax);
  const { queued, processing } = await countOpen(deps.readDb);
  const work = hourly.work.of(rows, at);
  const busy = online.filter(({ state }) => state === "busy").length;
  const isBusy = queued > 0 && busy === online.length;
  return {
    status: online.length === 0 ? "no-workers" : isBusy ? "busy" : "healthy",
    online: wasHere.size,
    ...hourly.load.of({ busy, queued, processing }, at),
    workers: rows.map((row) => ({
      ...workerOf(row),
      state: wasHere.has(row.node_id) ? ("online" as const) : ("offline" as const),
      ...(work.get(row.node_id) ?? noWork),
    })),
  };
}

function workerOf(row: NodeRow): Omit<z.infer<typeof workerAnswer>, "state" | keyof NodeWork> {
  const described = describedIn(row);
  return {
    id: row.node_id.slice(0, shortIdCharacters),
    engine: described?.engine ?? null,
    models: described?.models ?? [],
    gpu: described?.gpu ? nameOf(described.gpu) : null,
    registered_on: row.registered_on,
  };
}

/** A row that older software wrote has another form until its read model is rebuilt. */
function describedIn({ description }: NodeRow): NodeDescription | undefined {
  return description === null
    ? undefined
    : nodeDescriptionSchema.safeParse(JSON.parse(description)).data;
}

const nameOf = ({ vendor, memoryClassGb }: Gpu): string => `${vendor}, ${memoryClassGb} GB`;
