import { erasureSweepIntervalMs, feeSweepIntervalMs, sweepIntervalMs } from "../domain/limits.js";
import type { EventStore } from "../platform/eventStore/eventStore.js";
import { sweepFees } from "./book/sweepFees.js";
import { sweepWebhooks } from "./book/sweepWebhooks.js";
import type { Reacting } from "./managers.js";
import type { ProcessManager } from "./processManager.js";
import type { Repeated } from "./repeat.js";
import { sweepDonors } from "./sweep/sweepDonors.js";
import { sweepErasures } from "./sweep/sweepErasures.js";
import { GenerationSweep } from "./sweep/sweepGenerations.js";
import { NodeSweep } from "./sweep/sweepNodes.js";
import { sweepPostponed } from "./sweep/sweepPostponed.js";
import { sweepReservations } from "./sweep/sweepReservations.js";
import type { SweepEach } from "./sweepEach.js";

export interface Sweeping extends Reacting {
  readonly managers: readonly ProcessManager[];
  readonly store: EventStore;
  readonly sweepEach: SweepEach;
}

/** Everything that looks again and again for what a reaction missed. */
export function sweepsOf(deps: Sweeping): readonly Repeated[] {
  const generations = new GenerationSweep(deps);
  const nodes = new NodeSweep(deps);
  const everyMs = sweepIntervalMs;
  return [
    { name: "sweep generations", everyMs, run: () => generations.run() },
    { name: "sweep reservations", everyMs, run: () => sweepReservations(deps) },
    { name: "sweep webhooks", everyMs, run: () => sweepWebhooks(deps) },
    { name: "sweep postponed reactions", everyMs, run: () => sweepPostponed(deps) },
    { name: "sweep nodes", everyMs, run: () => nodes.run() },
    { name: "sweep erasures", everyMs: erasureSweepIntervalMs, run: () => sweepErasures(deps) },
    { name: "sweep donors", everyMs: erasureSweepIntervalMs, run: () => sweepDonors(deps) },
    { name: "sweep fees", everyMs: feeSweepIntervalMs, run: () => sweepFees(deps) },
  ];
}
