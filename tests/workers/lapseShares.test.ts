import { afterAll, beforeAll, expect, it } from "vitest";
import { day, second } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { listShares } from "../../projections/shares/queries.js";
import { lapseShares } from "../../workers/schedule/lapseShares.js";
import { fakeClock } from "../support/fakeClock.js";
import { idOf } from "../support/generations.js";
import { payoutAccount } from "../support/payoutAccounts.js";
import * as sharing from "../support/sharing.js";
import { sweepingAt } from "../support/sweeping.js";
import { openedAt as at, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let [poor, payable] = ["", ""];
beforeAll(async () => {
  world = await openProjectedWorld();
  poor = await sharing.trustedNode(world, idOf(11), idOf(1));
  await sharing.trustedNode(world, idOf(12), idOf(1));
  payable = await sharing.trustedNode(world, idOf(13), idOf(2));
  await payoutAccount(world, idOf(2));
  await sharing.give(world, "100.00");
  await sharing.give(world, "100.00", undefined, "USD");
  for (const node of [11, 12, 13]) await sharing.work(world, idOf(node), idOf(3));
  await sharing.close(world, "2026-11");
  await sharing.shareOut(world);
  await world.caughtUp();
});
afterAll(() => world.close());

const run = (now: string) =>
  lapseShares({ ...world, ...sweepingAt(world.log, fakeClock(at)) }, now);
const mails = async () =>
  (await world.opsDb.selectFrom("outbox").select(["kind", "person_id"]).execute()).map(
    ({ kind, person_id }) => `${kind} ${person_id}`,
  );
const fateOf = async (payId: string) => {
  await world.caughtUp();
  const listed = await listShares(world.readDb, { month: "2026-11", limit: 100 });
  return listed.filter((share) => share.payId === payId).map(({ fate }) => fate);
};

it("reminds an operator who can't be paid after 1, 12, 24 and 35 months, once for a month", async () => {
  await run("2027-01-01T00:09:59.999Z");
  expect(await mails()).toEqual([]);
  const wait = `shares-wait ${idOf(1)}`;
  for (const [index, now] of ["2027-01-01", "2027-12-01", "2028-12-01"].entries()) {
    await run(`${now}T00:10:00.000Z`);
    await run(plusMs(`${now}T00:10:00.000Z`, 19 * day));
    expect(await mails()).toEqual(Array(index + 1).fill(wait));
  }
  await run("2029-11-01T00:10:00.000Z");
  expect((await mails()).sort()).toEqual([`shares-lapse-soon ${idOf(1)}`, wait, wait, wait]);
});

it("gives shares back to the workers after 36 months, once, and keeps what can be paid", async () => {
  const due = "2029-12-01T00:10:00.000Z";
  await run(plusMs(due, -second));
  expect(await fateOf(poor)).toEqual(["owed", "owed"]);
  await run(due);
  expect(await fateOf(poor)).toEqual(["lapsed", "lapsed"]);
  expect(await fateOf(payable)).toEqual(["owed", "owed"]);
  const end = await world.store.lastPosition();
  await run(plusMs(due, day));
  expect(await world.store.lastPosition()).toBe(end);
  const { events } = await world.store.read(`payable-${idOf(1)}-EUR`);
  expect(events.map(({ event }) => event.type)).toEqual(["ShareLapsed", "ShareLapsed"]);
});
