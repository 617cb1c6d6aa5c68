import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../../platform/ids.js";
import { asOne, openRedis, type RedisClient } from "../../platform/redis/connection.js";
import {
  endNodeSession,
  findNodeSession,
  startNodeSession,
} from "../../platform/redis/nodeSessions.js";
import { createSignInDelays } from "../../platform/redis/signInDelays.js";
import { freshRedisUrl } from "../support/freshDatabases.js";

let redis: RedisClient;
beforeAll(async () => {
  redis = openRedis(await freshRedisUrl(), "request");
});
afterAll(() => redis.disconnect());

const times = <Value>(count: number, make: () => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, make));

describe("commands carried out as one", () => {
  it("answer in order, and fail when one of them does", async () => {
    expect(await asOne(redis.multi().incr("count").pexpire("count", 1000))).toEqual([1, 1]);
    await expect(asOne(redis.multi().incr("count").sadd("count", "x"))).rejects.toThrow(
      "WRONGTYPE",
    );
  });
});

describe("guesses at a password", () => {
  it("that come together are slowed down like those that come one by one", async () => {
    const delays = createSignInDelays(redis);
    const waits = await times(50, () => delays.enter("ana", "192.0.2.1"));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(6);
    const [count, gate] = (await redis.keys("sign-in:*")).toSorted();
    expect(await redis.get(count ?? "")).toBe("6");
    for (const key of [count, gate]) expect(await redis.pttl(key ?? "")).toBeGreaterThan(0);
  });
});

describe("a node's session", () => {
  it("is one, also when the node registers several times at once", async () => {
    const nodeId = newId();
    const tokens = await times(8, () => startNodeSession(redis, nodeId));
    const found = await Promise.all(tokens.map((token) => findNodeSession(redis, token)));
    expect(found.filter((id) => id === nodeId)).toHaveLength(1);
    expect(found.filter((id) => id === undefined)).toHaveLength(7);
    await endNodeSession(redis, nodeId);
    const [token = ""] = tokens.filter((_token, index) => found[index] !== undefined);
    expect(await findNodeSession(redis, token)).toBeUndefined();
    expect(await findNodeSession(redis, `${nodeId}.`)).toBeUndefined();
  });
});
