import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type AlertingEvent, alertOf } from "../../domain/alerts.js";
import { day } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import { newId } from "../../platform/ids.js";
import { createLog } from "../../platform/process/log.js";
import { raiseAlerts } from "../../workers/raiseAlerts.js";
import { sweepAlerts } from "../../workers/sweep/sweepAlerts.js";
import { at as givenAt } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import * as m from "../support/moneyStory.js";
import { sweepingAt } from "../support/sweeping.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let alerts: { stream: string; reason?: string; msg: string }[];
const clock = fakeClock(givenAt);
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());
beforeEach(() => {
  alerts = [];
});

const deps = () => {
  const write = (line: string) => void alerts.push(JSON.parse(line));
  const log = createLog({ name: "test", level: "error" }, { write });
  return { ...world, log, clock, ...sweepingAt(world.log, clock) };
};

async function receiveUnattributed(): Promise<string> {
  const gift = m.gift(world, "stripe", `pi_${newId()}`);
  await gift.report(m.received("5.00 EUR", { suspenseReason: "unattributed" }));
  await world.caughtUp();
  return gift.stream;
}

async function reactTo(stream: string): Promise<void> {
  const { events } = await world.store.read(stream);
  for (const stored of events) await raiseAlerts(deps()).react(stored);
}

async function sweepAt(now: string): Promise<void> {
  clock.set(now);
  await sweepAlerts(deps());
}

describe("an alert", () => {
  it("is raised once, by whichever comes first", async () => {
    const [heard, missed] = [await receiveUnattributed(), await receiveUnattributed()];
    const ofBoth = () => alerts.map(({ stream }) => stream).sort();
    await reactTo(heard);
    await reactTo(heard);
    expect(ofBoth()).toEqual([heard]);
    expect(alerts).toMatchObject([
      { reason: "unattributed", msg: "ALERT money is in suspense; see npm run amend-donation" },
    ]);
    await sweepAt(plusMs(givenAt, 2 * day));
    await sweepAt(plusMs(givenAt, 2 * day));
    await reactTo(missed);
    expect(ofBoth()).toEqual([heard, missed].sort());
  });

  it("is not raised by a sweep for what is long past", async () => {
    await receiveUnattributed();
    await sweepAt(plusMs(givenAt, 7 * day + 1));
    expect(alerts).toEqual([]);
    await sweepAt(plusMs(givenAt, 7 * day));
    expect(alerts).toHaveLength(1);
  });

  it.each([
    [`${waitsForSoftware}charge.dispute.created (id)`, "webhook-unreadable"],
    ["donation donation-stripe-pi_1", undefined],
  ])("of a webhook that is held for %s is %s", (waitsFor, kind) => {
    const about = { provider: "stripe", deliveryId: "evt_1", at: givenAt, waitsFor };
    const event = { type: "WebhookHeld", data: { public: {}, private: about, sealed: {} } };
    expect(alertOf(event as unknown as AlertingEvent)?.kind).toBe(kind);
  });

  it.each([
    ["amount-unreadable", "webhook-unbookable"],
    ["not-our-account", "webhook-unbookable"],
    ["body-destroyed", "webhook-unbookable"],
    ["unknown-type", undefined],
    ["tells-no-money", undefined],
  ])("of a webhook that is ignored for %s is %s", (reason, kind) => {
    const about = { provider: "stripe", deliveryId: "evt_1", at: givenAt, reason };
    const event = { type: "WebhookIgnored", data: { public: {}, private: about, sealed: {} } };
    expect(alertOf(event as unknown as AlertingEvent)?.kind).toBe(kind);
  });
});
