import type { ReadDb } from "../readTables.js";

/** All accepted work since the ledger was opened. */
export async function sumContributions(
  db: ReadDb,
): Promise<{ generations: number; audioMs: string; units: string }> {
  const row = await db
    .selectFrom("read_contribution")
    .select(({ fn }) => [
      fn.sum<string | null>("generations").as("generations"),
      fn.sum<string | null>("audio_ms").as("audioMs"),
      fn.sum<string | null>("units").as("units"),
    ])
    .where("node_id", "=", "")
    .executeTakeFirstOrThrow();
  const { generations, audioMs, units } = row;
  return { generations: Number(generations ?? 0), audioMs: audioMs ?? "0", units: units ?? "0" };
}
