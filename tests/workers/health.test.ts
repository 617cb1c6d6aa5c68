import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { day, hour, minute } from "../../domain/limits.js";
import { createDiscordWebhook } from "../../platform/discord.js";
import { newId } from "../../platform/ids.js";
import type { Mail } from "../../platform/mailer.js";
import { becomeLeader, type Leadership } from "../../platform/mysql/leader.js";
import { addAlert } from "../../platform/ops/alertsToTell.js";
import { noteBackup } from "../../platform/ops/lastBackup.js";
import { AlertRelay } from "../../platform/process/alertRelay.js";
import { createLog } from "../../platform/process/log.js";
import { noteHearing } from "../../platform/redis/hearing.js";
import { tellMaintainers } from "../../workers/health/tellMaintainers.js";
import { watchHealth } from "../../workers/health/watchHealth.js";
import { startDiscord } from "../support/discordStub.js";
import { fakeClock } from "../support/fakeClock.js";
import { openedAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let discord: Awaited<ReturnType<typeof startDiscord>>;
const leaders: Leadership[] = [];
const clock = fakeClock(openedAt);
const mails: Mail[] = [];
let isMailAway = false;
beforeAll(async () => {
  world = await openProjectedWorld();
  discord = await startDiscord();
  mkdirSync(join(world.folder, "blobs"));
  for (const role of ["projector", "workers", "scheduler"]) {
    leaders.push(await becomeLeader(world.databaseUrl, role, world.log));
  }
});
afterAll(async () => {
  for (const leader of leaders) leader.release();
  await discord.close();
  await world.close();
});

const deps = () => ({
  ...world,
  clock,
  blobUrl: pathToFileURL(join(world.folder, "blobs")).href,
  mailTo: "maintainers@example.org",
  mailer: {
    send: async (mail: Mail) => {
      if (isMailAway) throw new Error("the mail server is away");
      mails.push(mail);
    },
  },
  webhook: createDiscordWebhook(discord.url),
});

/** A minute later, as the scheduler does; returns what was told since the last look. */
async function look() {
  clock.advance(minute);
  await noteHearing(world.redis, clock.now());
  const [mailed, posted] = [mails.length, discord.messages.length];
  const { problems } = await watchHealth(deps());
  await tellMaintainers(deps());
  return {
    problems,
    mails: mails.slice(mailed).map(({ text }) => text),
    posts: discord.messages.slice(posted).map(({ body }) => body.content),
  };
}
const quiet = { mails: [], posts: [] };

it("finds nothing where everything is as it should be", async () => {
  expect(await look()).toEqual({ problems: {}, ...quiet });
  expect(await look()).toEqual({ problems: {}, ...quiet });
});

it("tells of an incident once, from the second look on, and once when it is over", async () => {
  clock.advance(27 * hour);
  const problems = { backup: "There is none." };
  expect(await look()).toEqual({ problems, ...quiet });
  const told = await look();
  expect(told.mails).toEqual([expect.stringContaining("backup: There is none.")]);
  expect(told.posts).toEqual([expect.stringContaining("There is none")]);
  expect(await look()).toEqual({ problems, ...quiet });
  await noteBackup(world.opsDb, clock.now());
  const over = await look();
  expect(over.mails).toEqual([expect.stringContaining("backup: all right again.")]);
  expect(over.posts).toHaveLength(1);
  expect(await look()).toEqual({ problems: {}, ...quiet });
});

it("tells nobody of what passes between two looks", async () => {
  clock.advance(27 * hour);
  expect(await look()).toMatchObject({
    problems: { backup: "The last one is too old." },
    ...quiet,
  });
  await noteBackup(world.opsDb, clock.now());
  expect(await look()).toEqual({ problems: {}, ...quiet });
});

it("names a process that is not there", async () => {
  leaders.pop()?.release();
  await expect
    .poll(async () => (await watchHealth(deps())).problems)
    .toEqual({ scheduler: "No process is active." });
  leaders.push(await becomeLeader(world.databaseUrl, "scheduler", world.log));
  await look();
  await look();
});

it("tells what any log calls an alert, each way by itself, once a day and without its values", async () => {
  const relay = new AlertRelay();
  const log = createLog(
    { name: "test", level: "error", onMessage: relay.note },
    { write: () => undefined },
  );
  relay.tellBy(world.opsDb, clock);
  isMailAway = true;
  const raise = () => log.error({ stream: "donation-stripe-pi_1" }, "ALERT money is in suspense");
  raise();
  raise();
  log.error("no alert");
  await expect
    .poll(async () => (await world.opsDb.selectFrom("alert_to_tell").selectAll().execute()).length)
    .toBeGreaterThan(0);
  await expect.poll(async () => (await look()).posts.join()).toContain("money is in suspense");
  expect(mails.some(({ text }) => text.includes("suspense"))).toBe(false);
  isMailAway = false;
  const later = await look();
  expect(later.posts).toEqual([]);
  expect(later.mails).toEqual([expect.stringContaining("money is in suspense")]);
  expect(later.mails.join()).not.toContain("pi_1");
  clock.advance(day);
  await noteBackup(world.opsDb, clock.now());
  raise();
  await expect.poll(async () => (await look()).mails.join()).toContain("money is in suspense");
});

it("tells once where two look at the same moment, and not before a later look", async () => {
  clock.advance(27 * hour);
  await noteHearing(world.redis, clock.now());
  const before = mails.length;
  const both = () =>
    Promise.all([1, 2].map(() => watchHealth(deps()).then(() => tellMaintainers(deps()))));
  await both();
  await both();
  expect(mails.slice(before)).toEqual([]);
  clock.advance(minute);
  await watchHealth(deps());
  const posted = discord.messages.length;
  await Promise.all([tellMaintainers(deps()), tellMaintainers(deps())]);
  expect(mails.slice(before).map(({ text }) => text)).toEqual([
    expect.stringContaining("backup: The last one is too old."),
  ]);
  expect(discord.messages.slice(posted)).toHaveLength(1);
  await noteBackup(world.opsDb, clock.now());
  await look();
});

it("posts as many alerts as a message holds, and the others in the next", async () => {
  const raisedAt = clock.now();
  const names = Array.from(
    { length: 20 },
    (_, index) => `letter ${"abcdefghijklmnopqrst"[index]} `,
  );
  for (const name of names) {
    const sentence = name + "x".repeat(150);
    await addAlert(world.opsDb, { id: newId(), sentence, raisedAt });
  }
  const posts: string[] = [];
  for (let minutes = 0; minutes < 3; minutes += 1) posts.push(...(await look()).posts);
  for (const name of names) expect(posts.join()).toContain(name);
  expect(Math.max(...posts.map(({ length }) => length))).toBeLessThanOrEqual(2000);
});

it("never calls a webhook that is gone again, and says so by mail", async () => {
  const alert = () =>
    addAlert(world.opsDb, { id: newId(), sentence: "look", raisedAt: clock.now() });
  discord.answer({ status: 404 });
  await alert();
  expect((await look()).posts).toHaveLength(1);
  await alert();
  const later = await look();
  expect(later.posts).toEqual([]);
  expect(later.mails).toEqual([expect.stringContaining("ALERT_DISCORD_WEBHOOK_URL")]);
});
