import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { day, hour, minute } from "../../domain/limits.js";
import { createDiscordWebhook } from "../../platform/discord.js";
import type { Mail } from "../../platform/mailer.js";
import { becomeLeader, type Leadership } from "../../platform/mysql/leader.js";
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
