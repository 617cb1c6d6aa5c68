import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { newId } from "../../platform/ids.js";
import { openRedis, type RedisClient } from "../../platform/redis/connection.js";
import { noteNode } from "../../platform/redis/nodes.js";
import { OnlineNodes } from "../../platform/redis/onlineNodes.js";
import { freshRedisUrl } from "../support/freshDatabases.js";
import { openedAt } from "../support/world.js";

const work = { model: "synth-1", stems: [], audioMs: 1000, sampleRate: 48_000 };
const clock = { now: () => openedAt };
const many = 50;

let redis: RedisClient;
beforeAll(async () => {
  redis = openRedis(await freshRedisUrl(), "request");
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  await redis.flushdb();
  await join("gluten-v1");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const join = (model: string) =>
  noteNode(redis, {
    nodeId: newId(),
    models: [model],
    stems: true,
    audioMsMax: 30_000,
    sampleRateMax: 192_000,
    seenAt: openedAt,
    onlineSince: openedAt,
    state: "idle",
    telemetry: {},
    block: "",
  });

const askOften = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: many }, ask));

it("reads the nodes once a second for all that show them, also where none can do the work", async () => {
  const nodes = new OnlineNodes(redis, clock);
  const [ids, node] = [vi.spyOn(redis, "hkeys"), vi.spyOn(redis, "hgetall")];
  for (let tick = 1; tick <= 5; tick += 1) {
    for (const able of await askOften(() => nodes.ableLately(work))) expect(able).toEqual([]);
    for (const able of await askOften(() => nodes.ableLately(work))) expect(able).toEqual([]);
    expect([ids.mock.calls.length, node.mock.calls.length]).toEqual([tick, tick]);
    vi.advanceTimersByTime(1000);
  }
});

it("says none for a decision only after a look that begins after the question", async () => {
  const nodes = new OnlineNodes(redis, clock);
  expect(await nodes.able(work)).toEqual([]);
  await join("synth-1");
  expect(await nodes.ableLately(work)).toEqual([]);
  expect(await nodes.able(work)).toHaveLength(1);
});

it("lets all that decide at the same time share a look, and who asks during it the next", async () => {
  const nodes = new OnlineNodes(redis, clock);
  await nodes.list();
  const ids = vi.spyOn(redis, "hkeys");
  const before = askOften(() => nodes.able(work));
  await vi.waitUntil(() => ids.mock.calls.length === 1, { interval: 0 });
  await join("synth-1");
  const after = askOften(() => nodes.able(work));
  await before;
  for (const able of await after) expect(able).toHaveLength(1);
  expect(ids.mock.calls.length).toBeLessThanOrEqual(2);
});

it("looks again after a look that failed", async () => {
  const nodes = new OnlineNodes(redis, clock);
  vi.spyOn(redis, "hkeys").mockRejectedValueOnce(new Error("away"));
  await expect(nodes.able(work)).rejects.toThrow("away");
  await join("synth-1");
  expect(await nodes.able(work)).toHaveLength(1);
});
