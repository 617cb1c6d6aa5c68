import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plusMs } from "../../domain/time.js";
import { newId } from "../../platform/ids.js";
import { createSessions } from "../../platform/redis/sessions.js";
import { openedAt, openWorld, type World } from "../support/world.js";

const sessionsMax = 50;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

describe("the sessions of an account", () => {
  const sessionsHere = () => createSessions(world.redis, Buffer.alloc(32), 3600);

  it("are so many and no more: whoever signs in once more ends the oldest", async () => {
    const sessions = sessionsHere();
    const userId = newId();
    const started: string[] = [];
    for (let minute = 0; minute < sessionsMax + 5; minute += 1) {
      const at = plusMs(openedAt, minute * 60_000);
      started.push((await sessions.start(userId, at, "chosen")).sessionId);
    }
    const open = (await sessions.listOpen(userId)).map(({ sessionId }) => sessionId);
    expect(open.toSorted()).toEqual(started.slice(-sessionsMax).toSorted());
    expect(await sessions.find(started[4] ?? "")).toBeUndefined();
    expect(await sessions.find(started[5] ?? "")).toBeDefined();
  });

  it("stay so many when all begin at the same moment, and the one that began is among them", async () => {
    const sessions = sessionsHere();
    const userId = newId();
    const starts = Array.from({ length: 4 * sessionsMax }, () =>
      sessions.start(userId, openedAt, "chosen"),
    );
    await Promise.all(starts);
    const { sessionId } = await sessions.start(userId, openedAt, "chosen");
    expect(await sessions.listOpen(userId)).toHaveLength(sessionsMax);
    expect(await sessions.find(sessionId)).toBeDefined();
  });

  it("take no place once they have ended by themselves", async () => {
    const sessions = sessionsHere();
    const userId = newId();
    const first = await sessions.start(userId, openedAt, "chosen");
    const ended = Array.from({ length: sessionsMax - 1 }, newId);
    await world.redis.sadd(`sessions-of:${userId}`, ...ended);
    await sessions.start(userId, plusMs(openedAt, 1), "chosen");
    expect(await sessions.find(first.sessionId)).toBeDefined();
    expect(await world.redis.scard(`sessions-of:${userId}`)).toBe(2);
  });
});
