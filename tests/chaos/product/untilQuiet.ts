import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../platform/process/clock.js";
import { countOpen } from "../../../projections/generations/queries.js";
import { listUnsettled } from "../../../projections/reservations/queries.js";
import { findProgress } from "../../../projections/runner/queries.js";
import { listOpenWebhooks } from "../../../projections/webhooks/queries.js";
import type { OpenLedger } from "./picture.js";

const lookMs = 500;
const rowsMax = 1_000;

/** Waits until nothing is left to do; returns what still is when the time is over. */
export async function untilQuiet(opened: OpenLedger, withinMs: number): Promise<string[]> {
  const startedAt = performance.now();
  for (;;) {
    const left = await findWork(opened).catch((error: unknown) => [String(error)]);
    if (left.length === 0 || performance.now() - startedAt > withinMs) return left;
    await pause(lookMs);
  }
}

async function findWork({ readDb, opsDb, store }: OpenLedger): Promise<string[]> {
  const before = systemClock.now();
  const progress = await findProgress(readDb, await store.lastPosition());
  const groups = Object.entries(progress).map(
    ([group, { behind, stopped }]) => [`${group} behind`, behind + stopped.length] as const,
  );
  const generations = await countOpen(readDb);
  const orders = await opsDb
    .selectFrom("outbox")
    .select("id")
    .where("done_at", "is", null)
    .execute();
  const postponed = await opsDb.selectFrom("postponed_reaction").select("event_id").execute();
  const counts = [
    ...groups,
    ["open generations", generations.queued + generations.processing] as const,
    ["reservations", (await listUnsettled(readDb, { before, limit: rowsMax })).length] as const,
    ["webhooks", (await listOpenWebhooks(readDb, { before, limit: rowsMax })).length] as const,
    ["mails", orders.length] as const,
    ["reactions", postponed.length] as const,
  ];
  return counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
}
