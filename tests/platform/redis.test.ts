import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { day, hour, minute, nodePresenceMs, restMsMax, second } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { isOutage } from "../../platform/process/outage.js";
import { asOne, openRedis, pingRedis, type RedisClient } from "../../platform/redis/connection.js";
import { denyApiKey, denyUser, isDenied } from "../../platform/redis/denyList.js";
import { noteFirstArrival } from "../../platform/redis/firstArrivals.js";
import { findHearing, noteHearing } from "../../platform/redis/hearing.js";
import {
  endNodeSession,
  findNodeSession,
  startNodeSession,
} from "../../platform/redis/nodeSessions.js";
import {
  findNode,
  isOnline,
  noteBeat,
  noteNode,
  noteTaking,
  removeNode,
} from "../../platform/redis/nodes.js";
import { createSignInDelays, forgetSignIns } from "../../platform/redis/signInDelays.js";
import {
  findStanding,
  noteAccepted,
  noteFailure,
  restEndOf,
} from "../../platform/redis/standings.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { freshRedisUrl } from "../support/freshDatabases.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

let redis: RedisClient;
beforeAll(async () => {
  redis = openRedis(await freshRedisUrl(), "request");
});
afterAll(() => redis.disconnect());

const times = <Value>(count: number, make: () => Promise<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, make));

/** Settings of a server are everybody's who uses it. */
async function startOwnRedis(): Promise<RedisClient> {
  const port = await reservePort();
  const settings = { port, bind: "127.0.0.1", dir: temporaryFolder(), save: "", appendonly: "no" };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn("redis-server", flags, { stdio: "ignore" });
  const own = openRedis(`redis://127.0.0.1:${port}`, "background");
  onTestFinished(async () => {
    own.disconnect();
    server.kill();
    if (server.exitCode === null) await once(server, "exit");
  });
  await own.ping();
  return own;
}

describe("commands carried out as one", () => {
  it("answer in order, and fail when one of them does", async () => {
    expect(await asOne(redis.multi().incr("count").pexpire("count", 1000))).toEqual([1, 1]);
    await expect(asOne(redis.multi().incr("count").sadd("count", "x"))).rejects.toThrow(
      "WRONGTYPE",
    );
  });
});

describe("a Redis that takes no writes", () => {
  it.each([
    ["full", ["maxmemory", "1"], ["maxmemory", "0"]],
    ["waiting for replicas", ["min-replicas-to-write", "1"], ["min-replicas-to-write", "0"]],
  ] as const)(
    "because it is %s is an outage, and does not pass for well",
    async (_why, on, off) => {
      // These settings are the whole server's, which other tests use too.
      const own = await startOwnRedis();
      await own.config("SET", "maxmemory-policy", "noeviction");
      await own.config("SET", ...on);
      const refused = own.set("key", "value").catch((error: unknown) => error);
      expect(await refused).toSatisfy(isOutage);
      await expect(pingRedis(own)).rejects.toSatisfy(isOutage);
      await own.config("SET", ...off);
      await pingRedis(own);
    },
  );

  it("is told apart from a command that is wrong", async () => {
    const wrong = redis.call("INCR").catch((error: unknown) => error);
    expect(await wrong).not.toSatisfy(isOutage);
  });
});

describe("failures of a node in a row", () => {
  const at = "2026-11-22T12:00:00.000Z";
  it("count once for each lease, since a command without an answer is sent again", async () => {
    const nodeId = newId();
    const fail = (leaseId: string) => noteFailure(redis, { nodeId, leaseId, at });
    for (const leaseId of ["a", "b", "b"]) await fail(leaseId);
    expect((await findStanding(redis, nodeId)).failuresInRow).toBe(2);
    await noteAccepted(redis, nodeId);
    await fail("c");
    expect((await findStanding(redis, nodeId)).failuresInRow).toBe(1);
  });
});

describe("what a clock that was ahead for a while has noted", () => {
  const now = "2026-11-22T12:00:00.000Z";
  const ahead = plusMs(now, 4 * day);
  const seen = {
    block: "here",
    models: [],
    stems: true,
    audioMsMax: 30_000,
    sampleRateMax: 48_000,
    seenAt: ahead,
    onlineSince: ahead,
    state: "idle" as const,
    telemetry: {},
  };

  it("says of no time since when nodes are heard, and they are heard since now", async () => {
    await noteHearing(redis, ahead);
    expect(await findHearing(redis, now)).toBeUndefined();
    await noteHearing(redis, now);
    expect(await findHearing(redis, now)).toBe(now);
    const later = plusMs(now, second);
    await noteHearing(redis, later);
    expect(await findHearing(redis, later)).toBe(now);
  });

  it("does not begin the hearing again where processes differ by no more than they may", async () => {
    await redis.del("hearing");
    await noteHearing(redis, now);
    await noteHearing(redis, plusMs(now, 2 * second));
    const later = plusMs(now, second);
    await noteHearing(redis, later);
    expect(await findHearing(redis, later)).toBe(now);
    expect(await findHearing(redis, plusMs(now, -second))).toBe(plusMs(now, -second));
  });

  it("makes no node online, and one that is heard again is online since then", async () => {
    const nodeId = newId();
    await noteNode(redis, { ...seen, nodeId });
    expect(isOnline({ ...seen, nodeId }, now)).toBe(false);
    expect(isOnline({ ...seen, nodeId, seenAt: plusMs(now, nodePresenceMs) }, now)).toBe(true);
    await noteTaking(redis, nodeId, { at: now, state: "idle" });
    expect(await findNode(redis, nodeId)).toMatchObject({ seenAt: now, onlineSince: now });
  });

  it("makes no node rest for longer than any does", async () => {
    const nodeId = newId();
    await noteFailure(redis, { nodeId, leaseId: "a", at: ahead });
    const standing = await findStanding(redis, nodeId);
    expect(standing.restsUntil).toBe(plusMs(ahead, second));
    expect(restEndOf(standing, now)).toBeUndefined();
    const longest = { restsUntil: plusMs(now, restMsMax) };
    expect(restEndOf(longest, now)).toBe(longest.restsUntil);
    expect(restEndOf(longest, plusMs(now, minute))).toBeUndefined();
  });
});

describe("guesses at a password", () => {
  it("that come together are slowed down like those that come one by one", async () => {
    const delays = createSignInDelays(redis);
    const waits = await times(50, () => delays.enter({ subject: "ana", block: "here" }));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(6);
    expect(await redis.get("sign-in:ana:here")).toBe("6");
    const keys = await redis.keys("sign-in*");
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(await redis.pttl(key)).toBeGreaterThan(0);
  });

  it("end after a hundred in an hour, but for blocks that the owner came from", async () => {
    const delays = createSignInDelays(redis);
    const at = "2026-11-22T12:00:00.000Z";
    await delays.welcome({ subject: "bea", block: "home" }, at);
    const from = (n: number) => delays.enter({ subject: "bea", block: `block ${n}` });
    const waits = await Promise.all(Array.from({ length: 120 }, (_, n) => from(n)));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(100);
    expect(Math.max(...waits)).toBeGreaterThan(hour / 2);
    expect(await delays.enter({ subject: "bea", block: "home" })).toBe(0);
    expect(await delays.enter({ subject: "cleo", block: "block 1" })).toBe(0);
    await forgetSignIns(redis, "bea");
    expect(await delays.enter({ subject: "bea", block: "home" })).toBeGreaterThan(0);
  });

  it("remember the newest blocks of an owner, and not for ever", async () => {
    const delays = createSignInDelays(redis);
    for (let day = 10; day < 50; day += 1) {
      const at = new Date(Date.UTC(2026, 0, day)).toISOString();
      await delays.welcome({ subject: "dora", block: `block ${day}` }, at);
    }
    const kept = await redis.zrange("sign-in-blocks:dora", "0", "-1");
    expect(kept).toHaveLength(32);
    expect(kept.at(-1)).toBe("block 49");
    expect(await redis.pttl("sign-in-blocks:dora")).toBeGreaterThan(0);
  });
});

describe("what is denied", () => {
  it("stays denied while a projector stands still for weeks", async () => {
    const [keyId, userId] = [newId(), newId()];
    await Promise.all([denyApiKey(redis, keyId), denyUser(redis, userId)]);
    expect(await isDenied(redis, { keyId, userId: newId() })).toBe(true);
    expect(await isDenied(redis, { keyId: newId(), userId })).toBe(true);
    for (const key of await redis.keys("denied:*")) {
      expect(await redis.pttl(key)).toBeGreaterThan(14 * day);
    }
  });
});

describe("a node's session", () => {
  it("is one, also when the node registers several times at once", async () => {
    const nodeId = newId();
    const session = { nodeId, publicKey: "key" };
    const tokens = await times(8, () => startNodeSession(redis, session));
    const found = await Promise.all(tokens.map((token) => findNodeSession(redis, token)));
    expect(found.filter((each) => each !== undefined)).toEqual([session]);
    await endNodeSession(redis, nodeId);
    const [token = ""] = tokens.filter((_token, index) => found[index] !== undefined);
    expect(await findNodeSession(redis, token)).toBeUndefined();
    expect(await findNodeSession(redis, `${nodeId}.`)).toBeUndefined();
  });

  it("of software that kept no key in it is none", async () => {
    const nodeId = newId();
    await redis.set(`node-session:${nodeId}`, sha256Hex(`${nodeId}.token`));
    expect(await findNodeSession(redis, `${nodeId}.token`)).toBeUndefined();
  });
});

describe("what is known of a node", () => {
  const at = "2026-11-22T12:00:00.000Z";
  const node = {
    nodeId: newId(),
    block: "here",
    models: [],
    stems: true,
    audioMsMax: 30_000,
    sampleRateMax: 48_000,
    seenAt: at,
    onlineSince: at,
    state: "idle" as const,
    telemetry: {},
  };

  it("is as it was noted, an empty list included", async () => {
    await noteNode(redis, node);
    expect(await findNode(redis, node.nodeId)).toEqual(node);
  });

  it("stays draining, whatever we note of it at the same time, until it says otherwise", async () => {
    const { nodeId } = node;
    await Promise.all([
      times(10, () => noteTaking(redis, nodeId, { at, state: "busy" })),
      noteBeat(redis, nodeId, { at, state: "draining", telemetry: { gpu_percent: 3 } }),
      times(10, () => noteTaking(redis, nodeId, { at, state: "idle" })),
    ]);
    expect(await noteTaking(redis, nodeId, { at, state: "idle" })).toBe(false);
    const known = await findNode(redis, nodeId);
    expect(known).toMatchObject({ state: "draining", telemetry: { gpu_percent: 3 } });
    await noteBeat(redis, nodeId, { at, state: "idle", telemetry: {} });
    expect(await noteTaking(redis, nodeId, { at, state: "busy" })).toBe(true);
  });

  it("is nothing after it left, whatever was on its way", async () => {
    await removeNode(redis, node.nodeId);
    expect(await noteTaking(redis, node.nodeId, { at, state: "idle" })).toBe(false);
    expect(await noteBeat(redis, node.nodeId, { at, state: "idle", telemetry: {} })).toBe(false);
    expect(await findNode(redis, node.nodeId)).toBeUndefined();
  });
});

describe("the first arrival of an upload", () => {
  it("counts for the same bytes sent again, and for no others", async () => {
    const [leaseId, at, later] = [newId(), "2026-11-22T12:00:00.000Z", "2026-11-22T12:01:00.000Z"];
    expect(await noteFirstArrival(redis, { leaseId, audioSha256: "a", at })).toBe(at);
    expect(await noteFirstArrival(redis, { leaseId, audioSha256: "a", at: later })).toBe(at);
    expect(await noteFirstArrival(redis, { leaseId, audioSha256: "b", at: later })).toBe(later);
    expect(await noteFirstArrival(redis, { leaseId, audioSha256: "a", at: later })).toBe(later);
  });
});
