import type { Ledger } from "../../commands/handle.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";
import { listOpenAmong } from "../../projections/generations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { removeEnded } from "../dispatch/removeEnded.js";
import type { SweepEach } from "../sweepEach.js";

interface SweepingLine {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly waitingLine: WaitingLine;
  readonly sweepEach: SweepEach;
}

/** Places in line of what has ended, or is in no log any more since a restore. */
export async function sweepLine(deps: SweepingLine): Promise<void> {
  const { waitingLine, ledger } = deps;
  await deps.sweepEach({
    name: "sweep line",
    rows: notOpen(deps),
    keyOf: (generationId) => generationId,
    // The read model may be a moment behind, so its stream decides.
    work: (generationId) => removeEnded({ store: ledger.store, waitingLine }, generationId),
  });
}

async function* notOpen({ readDb, waitingLine }: SweepingLine): AsyncGenerator<string> {
  for await (const generationIds of waitingLine.standing()) {
    const open = await listOpenAmong(readDb, generationIds);
    yield* generationIds.filter((id) => !open.has(id));
  }
}
