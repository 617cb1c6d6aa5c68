import { contextOf } from "../../commands/context.js";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { isTerminal } from "../../domain/generation/events.js";
import { type GenerationState, isRequested } from "../../domain/generation/state.js";
import { reservationOrphanMs } from "../../domain/limits.js";
import { quotaDecider } from "../../domain/quota/decider.js";
import { plusMs } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import { listUnsettled, type ReservationRow } from "../../projections/reservations/queries.js";
import { settleQuota } from "../settle.js";
import type { SweepDependencies } from "./sweepGenerations.js";

const reservationsMax = 1000;

/**
 * A reservation whose generation never came: its stream is closed first, with no_stream. If that
 * wins, a slow request's own append fails; if it loses, the generation exists and nothing is done.
 */
export async function sweepReservations(deps: SweepDependencies): Promise<void> {
  const before = plusMs(deps.clock.now(), -reservationOrphanMs);
  await deps.sweepEach({
    name: "sweep reservations",
    rows: await listUnsettled(deps.readDb, { before, limit: reservationsMax }),
    keyOf: (row) => `${row.generation_id} ${row.day}`,
    work: (row) => sweepReservation(deps, row),
  });
}

async function sweepReservation(
  { ledger, clock }: SweepDependencies,
  { generation_id: generationId, user_id: userId, day: quotaDay }: ReservationRow,
): Promise<void> {
  const at = clock.now();
  const commandId = reactionId(generationId, "never-requested");
  await handle(
    ledger,
    generationDecider,
    { type: "CancelGeneration", generationId, at, userId, quotaDay, reason: "never-requested" },
    contextOf({ commandId, actor: "scheduler", at }),
  );
  const { state, events } = await load(ledger.store, generationDecider, { generationId });
  const named = namedDay(state);
  if (named !== undefined && named !== quotaDay) {
    const about = { userId, day: quotaDay, generationId, at, afterLease: false };
    const releaseId = reactionId(generationId, `release ${quotaDay}`);
    const context = contextOf({ commandId: releaseId, actor: "scheduler", at });
    await handle(ledger, quotaDecider, { type: "ReleaseQuota", ...about }, context);
    return;
  }
  // Also what a reaction missed while its checkpoint was lost.
  const ended = events.find(({ event }) => isTerminal(event));
  if (ended !== undefined && isTerminal(ended.event)) await settleQuota(ledger, ended.event, ended);
}

/** Calls with one idempotency key around midnight reserve on two days, and one of them is named. */
function namedDay(state: GenerationState): string | undefined {
  if (isRequested(state)) return state.request.data.private.quotaDay;
  return state.status === "never-requested" ? state.end.data.private.quotaDay : undefined;
}
