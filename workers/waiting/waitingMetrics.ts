import { Gauge, type Registry } from "prom-client";
import { second } from "../../domain/limits.js";
import { graphValueOf, type Money, plus, zero } from "../../domain/money/money.js";
import { epochMs } from "../../domain/time.js";
import type { Clock } from "../../platform/process/clock.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listWaiting, type WaitingItem, waitingKinds } from "./waitingItems.js";

interface Sources {
  readonly readDb: ReadDb;
  readonly clock: Clock;
}

/** How much waits for a maintainer, how old the oldest is, and what lies in suspense. */
export function createWaitingMetrics(registry: Registry, sources: Sources): void {
  const gauge = (name: string, help: string, label: string, values: Values) =>
    new Gauge({
      ...{ name, help, labelNames: [label], registers: [registry] },
      async collect() {
        this.reset();
        const now = sources.clock.now();
        const items = await listWaiting(sources.readDb, { before: now, now });
        for (const [key, value] of values(items, epochMs(now))) this.set({ [label]: key }, value);
      },
    });
  gauge("obsidian_waiting_items", "What waits for a maintainer", "kind", countByKind);
  gauge("obsidian_waiting_oldest_seconds", "Age of the oldest that waits", "kind", ageByKind);
  gauge("obsidian_suspense_amount", "What lies in suspense", "currency", sumByCurrency);
}

type Values = (items: readonly WaitingItem[], nowMs: number) => readonly [string, number][];

const byKind = (
  items: readonly WaitingItem[],
  measure: (ofKind: readonly WaitingItem[]) => number,
): [string, number][] =>
  waitingKinds.map((kind) => [kind, measure(items.filter((item) => item.kind === kind))]);

const countByKind: Values = (items) => byKind(items, ({ length }) => length);

/** 0 where nothing waits. */
const ageByKind: Values = (items, nowMs) =>
  byKind(items, (ofKind) =>
    Math.max(0, ...ofKind.map(({ since }) => (nowMs - epochMs(since)) / second)),
  );

/** Exact until it is drawn; the amounts themselves are in the list. */
const sumByCurrency: Values = (items) => {
  const sums = new Map<string, Money>();
  const suspended = items.filter(({ kind }) => kind === "suspense");
  for (const sum of suspended.flatMap((item) => item.sums)) {
    sums.set(sum.currency, plus(sums.get(sum.currency) ?? zero(sum.currency), sum));
  }
  return [...sums.values()].map((sum) => [sum.currency, graphValueOf(sum)]);
};
