import { Gauge, type Registry } from "prom-client";
import type { EventStore } from "../platform/eventStore/eventStore.js";
import type { ReadDb } from "./readTables.js";
import { findProgress, type GroupProgress } from "./runner/queries.js";

interface Sources {
  readonly db: ReadDb;
  readonly store: EventStore;
}

/** How far each group of read models is, for Prometheus. */
export function createProgressMetrics(registry: Registry, sources: Sources): void {
  const gauge = (name: string, help: string, value: (progress: Progress) => number) =>
    new Gauge({
      ...{ name, help, labelNames: ["group"], registers: [registry] },
      async collect() {
        for (const each of await listProgress(sources))
          this.set({ group: each.group }, value(each));
      },
    });
  gauge(
    "obsidian_projected_position",
    "Position in $all up to which the read models are",
    ({ position }) => Number(position),
  );
  gauge(
    "obsidian_projection_lag",
    "Positions between the newest event and the read models",
    ({ behind }) => behind,
  );
  gauge(
    "obsidian_projection_stopped",
    "Read models of money that stopped at an event",
    ({ stopped }) => stopped.length,
  );
}

/**
 * What is behind, or beyond the log, by group. One that stopped alerted already, and waits for people,
 * not for us.
 */
export async function findLags(sources: Sources): Promise<Record<string, string>> {
  const late = (await listProgress(sources)).filter(
    ({ behind, stopped }) => behind < 0 || (behind > 0 && stopped.length === 0),
  );
  return Object.fromEntries(late.map(({ group, behind }) => [group, lagOf(behind)]));
}

const lagOf = (behind: number): string =>
  behind > 0
    ? `${behind} positions behind`
    : `${-behind} positions beyond the end of the log, which was replaced: npm run replay`;

type Progress = GroupProgress & { readonly group: string };

async function listProgress({ db, store }: Sources): Promise<Progress[]> {
  const groups = await findProgress(db, () => store.lastPosition());
  return Object.entries(groups).map(([group, progress]) => ({ group, ...progress }));
}
