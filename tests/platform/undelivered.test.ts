import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "../../platform/ids.js";
import { openRedis, type RedisClient } from "../../platform/redis/connection.js";
import { claimLoop, holdLoop, leaveLoop } from "../../platform/redis/undelivered.js";
import { freshRedisUrl } from "../support/freshDatabases.js";

const now = "2026-11-22T12:00:00.000Z";
const later = "2026-11-22T12:00:06.000Z";
let url: string;
let redis: RedisClient;
beforeAll(async () => {
  url = await freshRedisUrl();
  redis = openRedis(url, "request");
});
afterAll(() => redis.disconnect());

const aLoop = () => ({ userId: newId(), bodyHash: "b", generationId: newId() });

it("a loop is nobody else's while its call holds it, and the next one's once that left it", async () => {
  const loop = aLoop();
  await holdLoop(redis, loop, now);
  expect(await claimLoop(redis, loop, now)).toBeUndefined();
  await leaveLoop(redis, loop);
  expect(await claimLoop(redis, loop, now)).toBe(loop.generationId);
  expect(await claimLoop(redis, loop, now)).toBeUndefined();
});

it("a loop is free at once when the process that held it was killed", async () => {
  const loop = aLoop();
  const killed = openRedis(url, "request");
  await holdLoop(killed, loop, now);
  expect(await claimLoop(redis, loop, now)).toBeUndefined();
  const id = await killed.client("ID");
  killed.disconnect();
  // Redis has seen the end once it knows the connection no more.
  while (String(await redis.client("LIST", "ID", id)).includes(`id=${id} `));
  expect(await claimLoop(redis, loop, now)).toBe(loop.generationId);
});

it("a loop is free after five seconds when the process that held it hangs", async () => {
  const loop = aLoop();
  await holdLoop(redis, loop, now);
  expect(await claimLoop(redis, loop, later)).toBe(loop.generationId);
});

it("a connection that was lost is known by its new name", async () => {
  const loop = aLoop();
  const losing = openRedis(url, "request");
  await holdLoop(losing, loop, now);
  const ready = new Promise((resolve) => losing.once("ready", resolve));
  await redis.client("KILL", "ID", await losing.client("ID"));
  await ready;
  await holdLoop(losing, loop, now);
  expect(await claimLoop(redis, loop, now)).toBeUndefined();
  losing.disconnect();
});
