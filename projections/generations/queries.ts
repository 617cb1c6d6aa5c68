import { merged } from "../merged.js";
import { readBy } from "../readBy.js";
import type { ReadDb } from "../readTables.js";
import type { GenerationRow } from "./projection.js";

export type { GenerationRow } from "./projection.js";

const openStatuses = ["queued", "processing"] as const;

/** How many asked before `requestedAt` and still wait, by line. */
export async function countWaitingBefore(
  db: ReadDb,
  requestedAt: string,
): Promise<readonly { readonly queue: string; readonly waiting: number }[]> {
  const rows = await db
    .selectFrom("read_generation")
    .select((row) => ["queue", row.fn.countAll<string>().as("waiting")])
    .where("status", "=", "queued")
    .where("requested_at", "<", requestedAt)
    .groupBy("queue")
    .execute();
  return rows.map(({ queue, waiting }) => ({ queue, waiting: Number(waiting) }));
}

const durationsCounted = 50;

/** Median processing time of the last 50 of a queue, in ms; undefined when there was none yet. */
export async function medianProcessingMs(db: ReadDb, queue: string): Promise<number | undefined> {
  const rows = await db
    .selectFrom("read_generation")
    .select("processing_ms")
    .where("queue", "=", queue)
    .where("status", "=", "completed")
    .orderBy("ended_at", "desc")
    .limit(durationsCounted)
    .execute();
  const sorted = rows.map((row) => row.processing_ms ?? 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Open generations, oldest first. */
export async function listOpen(db: ReadDb, limit: number): Promise<GenerationRow[]> {
  const lists: GenerationRow[][] = [];
  for (const status of openStatuses) {
    const query = db.selectFrom("read_generation").selectAll().where("status", "=", status);
    lists.push(await query.orderBy("requested_at").limit(limit).execute());
  }
  return merged(lists, (row) => row.requested_at, limit);
}

/** Of these generations, those that are open. */
export async function listOpenAmong(
  db: ReadDb,
  generationIds: readonly string[],
): Promise<ReadonlySet<string>> {
  if (generationIds.length === 0) return new Set();
  const query = db.selectFrom(readBy("read_generation", "PRIMARY")).select("generation_id");
  const rows = await query
    .where("generation_id", "in", generationIds)
    .where("status", "in", openStatuses)
    .execute();
  return new Set(rows.map((row) => row.generation_id));
}

/** The certificate of a generation, or of the audio with this hash. */
export async function findCertificate(
  db: ReadDb,
  by: { generationId: string } | { audioSha256: string },
): Promise<string | undefined> {
  const query = db.selectFrom("read_generation").select("certificate");
  const row = await ("generationId" in by
    ? query.where("generation_id", "=", by.generationId)
    : query.where("audio_sha256", "=", by.audioSha256).limit(1)
  ).executeTakeFirst();
  return row?.certificate ?? undefined;
}

interface GenerationsOf {
  readonly userId: string;
  readonly limit: number;
  /** Only what was requested before this one. */
  readonly before?: Pick<GenerationRow, "requested_at" | "generation_id"> | undefined;
}

/** Newest first. */
export const listGenerationsOf = (
  db: ReadDb,
  { userId, limit, before }: GenerationsOf,
): Promise<GenerationRow[]> =>
  db
    .selectFrom("read_generation")
    .selectAll()
    .where("user_id", "=", userId)
    .$if(before !== undefined, (query) =>
      query.where((row) =>
        row.or([
          row("requested_at", "<", before?.requested_at ?? ""),
          row.and([
            row("requested_at", "=", before?.requested_at ?? ""),
            row("generation_id", "<", before?.generation_id ?? ""),
          ]),
        ]),
      ),
    )
    .orderBy("requested_at", "desc")
    .orderBy("generation_id", "desc")
    .limit(limit)
    .execute();

export async function countOpen(db: ReadDb): Promise<{ queued: number; processing: number }> {
  const rows = await db
    .selectFrom("read_generation")
    .select((row) => ["status", row.fn.countAll<string>().as("count")])
    .where("status", "in", openStatuses)
    .groupBy("status")
    .execute();
  const countOf = (status: string) => Number(rows.find((row) => row.status === status)?.count ?? 0);
  return { queued: countOf("queued"), processing: countOf("processing") };
}
