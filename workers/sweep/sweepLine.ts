import { type Ledger, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { WaitingLine } from "../../platform/redis/waitingLine.js";
import { listOpenAmong } from "../../projections/generations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import type { SweepEach } from "../sweepEach.js";

interface SweepingLine {
  readonly ledger: Ledger;
  readonly readDb: ReadDb;
  readonly waitingLine: WaitingLine;
  readonly sweepEach: SweepEach;
}

/** Places in line of what has ended, or is in no log any more since a restore. */
export async function sweepLine(deps: SweepingLine): Promise<void> {
  await deps.sweepEach({
    name: "sweep line",
    rows: notOpen(deps),
    keyOf: (generationId) => generationId,
    work: (generationId) => removeEnded(deps, generationId),
  });
}

async function* notOpen({ readDb, waitingLine }: SweepingLine): AsyncGenerator<string> {
  for await (const generationIds of waitingLine.standing()) {
    const open = await listOpenAmong(readDb, generationIds);
    yield* generationIds.filter((id) => !open.has(id));
  }
}

/** The read model may be a moment behind, so its stream decides. */
async function removeEnded(
  { ledger, waitingLine }: SweepingLine,
  generationId: string,
): Promise<void> {
  const { state } = await load(ledger.store, generationDecider, { generationId });
  if (state.status !== "open") await waitingLine.remove(generationId);
}
