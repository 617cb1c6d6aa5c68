import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { register } from "../../commands/user/register.js";
import { userTermsVersion } from "../../domain/terms.js";
import { userDecider } from "../../domain/user/decider.js";
import { newId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import { systemClock } from "../../platform/process/clock.js";
import { findUser } from "../../projections/users/queries.js";
import { until } from "../../scripts/supervisor/until.js";
import { startActiveAndStandBy, takeOver } from "../support/activeAndStandBy.js";
import { startCuttableProxy } from "../support/cuttableProxy.js";
import { messageIdOf, startMailServer } from "../support/mailServer.js";
import { contextAt, openWorld, startProjector, type World } from "../support/world.js";

const takeoverSecondsMax = 30;
/** Two processes start, one after the other, on a machine that may be busy. */
const timeout = 240_000;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Somebody whose mails can be sent: the read model knows them. */
async function newUser(): Promise<string> {
  const userId = newId();
  const username = userId.slice(0, 12);
  const person = { userId, username, email: `${username}@example.org`, passwordHash: "unused" };
  const account = { ...person, termsVersion: userTermsVersion };
  await register(world, account, contextAt(systemClock.now()));
  return userId;
}

const orderFor = (personId: string) =>
  orderMail(world.opsDb, {
    id: newId(),
    kind: "reset-password",
    to: { personId },
    at: systemClock.now(),
  });

const openOrders = async () =>
  (await world.opsDb.selectFrom("outbox").select("id").where("done_at", "is", null).execute())
    .length;

const happens = async (fact: () => boolean | Promise<boolean>) =>
  expect(await until(fact, { withinMs: 30_000 })).toBe(true);

async function verify(userId: string): Promise<void> {
  const at = systemClock.now();
  const command = { type: "VerifyEmail" as const, userId, at };
  await handle(world.ledger, userDecider, command, contextAt(at));
}

/** The projector has locked its checkpoints by then, and can't write the row of this user. */
async function isWaitingForRow(): Promise<boolean> {
  const { rows } = await sql`
    SELECT 1 FROM information_schema.processlist
    WHERE db = DATABASE() AND info LIKE '%into _read_user_ %' AND time >= 1`.execute(world.readDb);
  return rows.length > 0;
}

async function eventCount(): Promise<number> {
  let count = 0;
  for await (const { event } of world.store.client.readAll()) {
    if (event !== undefined && !event.type.startsWith("$")) count += 1;
  }
  return count;
}

const roles = ["projections/main.ts", "workers/main.ts", "workers/schedulerMain.ts"];
/** All kinds at the same time, since each test waits for MySQL to end a session. */
const forEachRole = (check: (file: string) => Promise<void>) => Promise.all(roles.map(check));

describe("when the active one", { timeout }, () => {
  it("hangs, another takes over, and it ends when it wakes", () =>
    forEachRole(async (file) => {
      const { active, standBy } = await startActiveAndStandBy(world, file);
      active.stop();
      expect(await takeOver(standBy)).toBeLessThan(takeoverSecondsMax);
      active.wake();
      expect(await active.terminal.ended).toBe(1);
      expect(active.terminal.output).toContain("lost the lock of the active process; ending");
      expect(standBy.terminal.child.exitCode).toBeNull();
    }));

  it("is cut off from MySQL, another takes over, and it ends when it learns of that", async () => {
    const url = new URL(world.databaseUrl);
    const proxy = await startCuttableProxy(Number(url.port));
    url.port = String(proxy.port);
    const settings = { active: { DATABASE_URL: url.href } };
    let ready = 0;
    await forEachRole(async (file) => {
      const { active, standBy } = await startActiveAndStandBy(world, file, settings);
      ready += 1;
      await happens(() => ready === roles.length);
      proxy.cut();
      expect(await takeOver(standBy)).toBeLessThan(takeoverSecondsMax);
      expect(active.terminal.child.exitCode).toBeNull();
      ready -= 1;
      await happens(() => ready === 0);
      proxy.mend();
      expect(await active.terminal.ended).toBe(1);
      expect(standBy.terminal.child.exitCode).toBeNull();
    });
  });

  it("hangs while a mail is sent, the mail comes twice at most, under one id", async () => {
    let stopIt = (): void => undefined;
    const mailServer = await startMailServer(() => stopIt());
    const { active, standBy } = await startActiveAndStandBy(world, "workers/main.ts", {
      both: mailServer.settings,
    });
    const projector = startProjector(world);
    const userId = await newUser();
    await projector.caughtUp();
    await projector.stop();
    await happens(() => mailServer.mails.length === 1); // The link that proves the address.
    const stopped = new Promise<void>((resolve) => {
      stopIt = () => {
        stopIt = () => undefined;
        active.stop();
        resolve();
      };
    });
    await orderFor(userId);
    await stopped;
    await orderFor(userId);
    await takeOver(standBy);
    await happens(async () => (await openOrders()) === 0);
    active.wake();
    expect(await active.terminal.ended).toBe(1);
    const timesSent = new Map<string, number>();
    for (const id of mailServer.mails.map(messageIdOf)) {
      timesSent.set(id, (timesSent.get(id) ?? 0) + 1);
    }
    expect([...timesSent.values()]).toEqual([1, 2, 1]);
  });

  it("hangs in a transaction, its rows are free in time, and each event counts once", async () => {
    const { active, standBy } = await startActiveAndStandBy(world, "projections/main.ts");
    const userId = await newUser();
    const known = () => findUser(world.readDb, userId);
    await happens(async () => (await known()) !== undefined);
    await world.readDb.transaction().execute(async (trx) => {
      const row = trx.selectFrom("read_user").selectAll().where("user_id", "=", userId);
      await row.forUpdate().execute();
      await verify(userId);
      await happens(isWaitingForRow);
      active.stop();
    });
    const stoppedAt = performance.now();
    await happens(async () => (await known())?.status === "active");
    expect((performance.now() - stoppedAt) / 1000).toBeLessThan(takeoverSecondsMax);
    active.wake();
    expect(await active.terminal.ended).toBe(1);
    expect(standBy.terminal.child.exitCode).toBeNull();
    const query = world.readDb.selectFrom("read_checkpoint").select(["position", "count"]);
    const [checkpoint, ...others] = await query.distinct().execute();
    expect(others).toEqual([]);
    const position = String(await world.store.lastPosition());
    expect(checkpoint).toEqual({ position, count: String(await eventCount()) });
  });
});
