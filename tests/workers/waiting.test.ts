import { Registry } from "prom-client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { receiveWebhook } from "../../commands/webhook/receive.js";
import { day, hour } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { pruneAlerted } from "../../platform/ops/alerts.js";
import { createLog } from "../../platform/process/log.js";
import { sweepWaiting } from "../../workers/waiting/sweepWaiting.js";
import { listWaiting } from "../../workers/waiting/waitingItems.js";
import { createWaitingMetrics } from "../../workers/waiting/waitingMetrics.js";
import { at } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import * as m from "../support/moneyStory.js";
import { sweepingAt } from "../support/sweeping.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
const clock = fakeClock(at);
const alerts: { id: string; kind: string; sum?: string; msg: string }[] = [];
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const sweepAt = (now: string) => {
  clock.set(now);
  const log = createLog(
    { name: "test", level: "error" },
    { write: (line: string) => void alerts.push(JSON.parse(line)) },
  );
  return sweepWaiting({ ...world, log, clock, ...sweepingAt(world.log, clock) });
};

async function receive(deliveryId: string) {
  const about = { provider: "stripe" as const, deliveryId };
  const delivery = { ...about, topic: "charge.updated", body: Buffer.from("{}") };
  await receiveWebhook(world.ledger, delivery, { at, correlationId: newId() });
  const hold = (waitsFor: string) =>
    handle(
      world.ledger,
      webhookDecider,
      { type: "HoldWebhook", ...about, at, waitsFor },
      contextAt(at),
    );
  const ignore = (reason: string) =>
    handle(
      world.ledger,
      webhookDecider,
      { type: "IgnoreWebhook", ...about, at, reason },
      contextAt(at),
    );
  return { hold, ignore };
}

async function numbersAt(now: string): Promise<string[]> {
  clock.set(now);
  const registry = new Registry();
  createWaitingMetrics(registry, { readDb: world.readDb, clock });
  const lines = (await registry.metrics()).split("\n");
  return lines.filter((line) => /^obsidian/.test(line)).sort();
}

it("what waits for more than a day is told once for each matter, and counted all the time", async () => {
  const suspenseReason = "unattributed" as const;
  await m.gift(world, "stripe", "pi_odd").report(m.received("9.00 EUR", { suspenseReason }));
  await m.gift(world, "bank", "R-1").report(m.received("7.50 USD", { suspenseReason }));
  const back = m.gift(world, "stripe", "pi_back");
  await back.report(m.received("5.00 EUR", { suspenseReason }), m.refunded("re", "5.00 EUR"));
  await (await receive("evt_new")).hold("charge ch_1");
  const held = await receive("evt_held");
  await held.hold("charge ch_2");
  await (await receive("evt_odd")).ignore("not-our-account");
  await (await receive("evt_done")).ignore("unknown-type");
  await world.caughtUp();

  expect(await numbersAt(plusMs(at, hour))).toEqual([
    'obsidian_suspense_amount{currency="EUR"} 9',
    'obsidian_suspense_amount{currency="USD"} 7.5',
    'obsidian_waiting_items{kind="appeal"} 0',
    'obsidian_waiting_items{kind="clearing"} 0',
    'obsidian_waiting_items{kind="held"} 2',
    'obsidian_waiting_items{kind="ignored"} 1',
    'obsidian_waiting_items{kind="suspense"} 2',
    'obsidian_waiting_items{kind="unreadable"} 0',
    'obsidian_waiting_oldest_seconds{kind="appeal"} 0',
    'obsidian_waiting_oldest_seconds{kind="clearing"} 0',
    'obsidian_waiting_oldest_seconds{kind="held"} 3600',
    'obsidian_waiting_oldest_seconds{kind="ignored"} 3600',
    'obsidian_waiting_oldest_seconds{kind="suspense"} 3600',
    'obsidian_waiting_oldest_seconds{kind="unreadable"} 0',
  ]);

  await sweepAt(plusMs(at, day));
  expect(alerts).toEqual([]);
  await sweepAt(plusMs(at, day + 1));
  expect(alerts.map(({ kind, id }) => `${kind} ${id}`).sort()).toEqual([
    "held evt_held",
    "held evt_new",
    "ignored evt_odd",
    "suspense R-1",
    "suspense pi_odd",
  ]);
  expect(alerts.find(({ id }) => id === "R-1")).toMatchObject({
    sum: "7.50 USD",
    msg: "ALERT something waits for more than a day; see npm run waiting",
  });

  // Waiting for something else is the same matter, and so is one that outlives what is pruned.
  await held.hold(`${waitsForSoftware}charge.updated (id)`);
  await world.caughtUp();
  for (const days of [2, 20, 40, 60]) {
    await sweepAt(plusMs(at, days * day));
    await pruneAlerted(world.opsDb, { before: plusMs(at, (days - 30) * day), limit: 1000 });
  }
  expect(alerts).toHaveLength(5);

  await m.gift(world, "stripe", "pi_odd").report({
    ...{ type: "CloseSuspense", moneyKey: "closed", reason: "a sale" },
  });
  await world.caughtUp();
  const after = await numbersAt(plusMs(at, 61 * day));
  expect(after).toContain('obsidian_waiting_items{kind="suspense"} 1');
  expect(after.filter((line) => line.startsWith("obsidian_suspense"))).toEqual([
    'obsidian_suspense_amount{currency="USD"} 7.5',
  ]);
});

it("a gift that should have settled long ago waits, and is told once", async () => {
  await m.gift(world, "stripe", "pi_unsettled").report(m.received("5.00 EUR"));
  await m.gift(world, "github", "S_1/monthly").report(m.received("6.00 USD"));
  const settled = m.gift(world, "stripe", "pi_settled");
  await settled.report(m.received("5.00 EUR"), m.settled("5.00 EUR", "0.30 EUR"));
  await world.caughtUp();
  const inClearing = async (now: string) =>
    (await listWaiting(world.readDb, { before: now, now })).filter(
      ({ kind }) => kind === "clearing",
    );
  expect(await inClearing(plusMs(at, day))).toEqual([]);
  expect(await inClearing(plusMs(at, day + 1))).toMatchObject([
    { id: "pi_unsettled", sums: [{ amount: "5.00", currency: "EUR" }] },
  ]);
  expect((await inClearing(plusMs(at, 36 * day))).map(({ id }) => id)).toEqual([
    "pi_unsettled",
    "S_1/monthly",
  ]);
  alerts.length = 0;
  await sweepAt(plusMs(at, 36 * day));
  await sweepAt(plusMs(at, 37 * day));
  const told = alerts.filter(({ kind }) => kind === "clearing").map(({ id }) => id);
  expect(told).toEqual(["pi_unsettled", "S_1/monthly"]);
  await m.gift(world, "github", "S_1/monthly").report(m.settled("6.00 USD", "0.00 USD"));
  await world.caughtUp();
  expect((await inClearing(plusMs(at, 38 * day))).map(({ id }) => id)).toEqual(["pi_unsettled"]);
});
