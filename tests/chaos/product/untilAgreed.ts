import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../platform/process/clock.js";
import { countOpen } from "../../../projections/generations/queries.js";
import { listUnsettled } from "../../../projections/reservations/queries.js";
import { findProgress } from "../../../projections/runner/queries.js";
import { listOpenWebhooks } from "../../../projections/webhooks/queries.js";
import type { Accepted } from "./accepted.js";
import { checkAll } from "./checks/all.js";
import { type Finding, wrong } from "./checks/finding.js";
import { type OpenLedger, type Places, takePicture } from "./picture.js";

const lookMs = 500;
const rowsMax = 1_000;

interface Awaited {
  readonly places: Places;
  /** What those outside were told. */
  readonly accepted: readonly Accepted[];
  readonly withinMs: number;
}

/**
 * Waits until nothing is left to do and all agrees; returns what does not when the time is over. Which
 * reactions are still to come is written nowhere, so what they do is what is looked for.
 */
export async function untilAgreed(
  opened: OpenLedger,
  { places, accepted, withinMs }: Awaited,
): Promise<readonly Finding[]> {
  const endsAt = performance.now() + withinMs;
  for (;;) {
    const isLast = performance.now() > endsAt;
    const findings = await lookAt(opened, { places, accepted, isLast }).catch((error: unknown) =>
      wrong(true, `it can't be looked at: ${error}`),
    );
    if (findings.length === 0 || isLast) return findings;
    await pause(lookMs);
  }
}

interface Look extends Omit<Awaited, "withinMs"> {
  /** Tells all there is; before, what is still to be done will do. */
  readonly isLast: boolean;
}

async function lookAt(
  opened: OpenLedger,
  { places, accepted, isLast }: Look,
): Promise<readonly Finding[]> {
  const work = await findWork(opened);
  const left = work.flatMap((text) => wrong(true, `still to be done: ${text}`));
  if (left.length > 0 && !isLast) return left;
  return [...left, ...checkAll(await takePicture(opened, places), accepted)];
}

async function findWork({ readDb, opsDb, store }: OpenLedger): Promise<string[]> {
  const before = systemClock.now();
  const progress = await findProgress(readDb, () => store.lastPosition());
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
