import { readBy } from "../readBy.js";
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

export interface NodeMonth {
  readonly nodeId: string;
  readonly operatorId: string | null;
  readonly payId: string | null;
  /** Accepted jobs, and what they weigh, whether they count or not. */
  readonly jobs: number;
  readonly units: string;
}

/** What each node did in a month, and whose it is, by node; a page of it. */
export async function listContributions(
  db: ReadDb,
  { month, after = "", limit }: { month: string; after?: string | undefined; limit: number },
): Promise<NodeMonth[]> {
  // The month's own row has no node, so it comes before the first page.
  const rows = await db
    .selectFrom(readBy("read_contribution", "PRIMARY"))
    .leftJoin("read_tenure", "read_tenure.node_id", "read_contribution.node_id")
    .select(["read_contribution.node_id", "operator_id", "pay_id", "generations", "units"])
    .where("month", "=", month)
    .where("read_contribution.node_id", ">", after)
    .orderBy("read_contribution.node_id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    ...{ nodeId: row.node_id, operatorId: row.operator_id, payId: row.pay_id },
    ...{ jobs: row.generations, units: row.units },
  }));
}
