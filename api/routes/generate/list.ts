import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { audioKeptMs } from "../../../domain/limits.js";
import { type Instant, instantSchema, plusMs } from "../../../domain/time.js";
import { type GenerationRow, listGenerationsOf } from "../../../projections/generations/queries.js";
import { failures, ok, success } from "../../answers.js";
import { authenticate, callerOf } from "../../caller.js";
import type { AppDependencies } from "../../dependencies.js";
import { linksOf } from "./links.js";
import { type Status, statusSchema } from "./status.js";

const listedMax = 100;
const listedDefault = 20;

/** Where a page ended: time and id of its last generation. */
const place = z
  .string()
  .max(64)
  .transform((text) => text.split("_"))
  .pipe(z.tuple([instantSchema, z.uuid()]))
  .transform(([requested_at, generation_id]) => ({ requested_at, generation_id }));

const query = z.object({
  limit: z.coerce.number().int().min(1).max(listedMax).default(listedDefault),
  after: place.optional().describe("The `next` of the page before."),
});

const generation = z.object({
  request_id: z.uuid(),
  status: statusSchema,
  requested_at: z.string(),
  ended_at: z.string().nullable(),
  duration: z.number().describe("Seconds of audio."),
  status_url: z.string(),
  audio_url: z.string().nullable().describe("Null when there is no audio, or not any more."),
});

const answer = z.object({ generations: z.array(generation), next: z.string().nullable() });

const schema = {
  tags: ["generate"],
  summary: "The caller's last generations, newest first, with their audio",
  description: "Also finds a loop whose answer never came. Audio is kept for one hour.",
  querystring: query,
  response: { 200: success(answer), ...failures },
};

export const listRoute: FastifyPluginAsyncZod<AppDependencies> = async (app, deps) => {
  const onRequest = authenticate(deps, "key", "user");
  app.get("/generate", { schema, onRequest }, async (request) => {
    const { userId } = callerOf(request);
    const { limit, after } = request.query;
    const rows = await listGenerationsOf(deps.readDb, { userId, limit, before: after });
    const last = rows.length < limit ? undefined : rows.at(-1);
    const next = last === undefined ? null : `${last.requested_at}_${last.generation_id}`;
    const now = deps.clock.now();
    return ok({ generations: rows.map((row) => generationOf(row, now)), next });
  });
};

function generationOf(row: GenerationRow, now: Instant): z.infer<typeof generation> {
  const { generation_id: request_id, requested_at, ended_at } = row;
  const { status_url, audio_url } = linksOf(request_id);
  const isMade = row.status === "completed" && ended_at !== null;
  const hasAudio = isMade && plusMs(ended_at, audioKeptMs) > now;
  return {
    request_id,
    status: shownStatus[row.status],
    requested_at,
    ended_at,
    duration: row.audio_ms / 1000,
    status_url,
    audio_url: hasAudio ? audio_url : null,
  };
}

const shownStatus: Record<GenerationRow["status"], Status["status"]> = {
  queued: "queued",
  processing: "processing",
  completed: "completed",
  rejected: "failed",
  failed: "failed",
  expired: "failed",
  cancelled: "cancelled",
};
