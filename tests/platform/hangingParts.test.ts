import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { handle } from "../../commands/handle.js";
import { accountSecret } from "../../commands/user/accountSecret.js";
import { userDecider } from "../../domain/user/decider.js";
import { userStream } from "../../domain/user/events.js";
import { openBlobs } from "../../platform/blobs.js";
import { createEventStore } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import { openDatabase } from "../../platform/mysql/database.js";
import { answerMsMax, type Patience } from "../../platform/patience.js";
import { isOutage } from "../../platform/process/outage.js";
import { openRedis } from "../../platform/redis/connection.js";
import { promptLine } from "../../platform/redis/promptLine.js";
import { listen, send } from "../../platform/redis/signals.js";
import { openWaitingLine } from "../../platform/redis/waitingLine.js";
import { type CuttableProxy, startCuttableProxy } from "../support/cuttableProxy.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { contextAt, openedAt, openWorld, type World } from "../support/world.js";

/** An answer to whoever asks us, twice the wait for one part and what a busy machine adds. */
const answeredMsMax = 2 * answerMsMax + 900;

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** The same address, by way of a network that can be cut. */
async function behindProxy(address: string): Promise<{ url: string; proxy: CuttableProxy }> {
  const url = new URL(address);
  const proxy = await startCuttableProxy(Number(url.port));
  url.port = String(proxy.port);
  return { url: url.href, proxy };
}

/** Every one of them fails for want of an answer, and in time. Returns how long the last one took. */
async function failsInTime(work: readonly Promise<unknown>[]): Promise<number> {
  const startedAt = performance.now();
  const outcomes = await Promise.allSettled(work);
  const tookMs = performance.now() - startedAt;
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: "rejected" });
    if (outcome.status === "rejected") expect(outcome.reason).toSatisfy(isOutage);
  }
  expect(tookMs).toBeLessThan(answeredMsMax);
  return tookMs;
}

/** Again and again until it works: recovery is nobody's event. */
async function recovers<Value>(work: () => Promise<Value>): Promise<Value> {
  const startedAt = performance.now();
  for (;;) {
    const value = await work().catch(() => undefined);
    if (value !== undefined) return value;
    expect(performance.now() - startedAt).toBeLessThan(2 * answeredMsMax);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const times = <Value>(count: number, make: (n: number) => Promise<Value>): Promise<Value>[] =>
  Array.from({ length: count }, (_, index) => make(index));

describe("a MySQL that hangs", () => {
  const open = (url: string, patience: Patience = "request") => {
    const db = openDatabase<Record<string, never>>(url, "read", patience);
    onTestFinished(() => db.destroy());
    return db;
  };
  const one = async (db: ReturnType<typeof open>, n: number): Promise<number> => {
    const { rows } = await sql<{ n: string }>`SELECT ${n} AS n`.execute(db);
    return Number(rows[0]?.n);
  };

  it("fails queries and whoever waits for a connection, and serves them when it is back", async () => {
    const { url, proxy } = await behindProxy(world.databaseUrl);
    const db = open(url);
    await one(db, 1);
    proxy.cut();
    await failsInTime(times(40, (n) => one(db, n)));
    await failsInTime([db.transaction().execute((trx) => one(trx, 1))]);
    proxy.mend();
    await recovers(() => one(db, 1));
    expect(await Promise.all(times(40, (n) => one(db, n)))).toEqual([...Array(40).keys()]);
  });

  it("fails a transaction it stops in, as an outage", async () => {
    const { url, proxy } = await behindProxy(world.databaseUrl);
    const db = open(url);
    const stopped = db.transaction().execute(async (trx) => {
      await one(trx, 1);
      proxy.cut();
      return one(trx, 2);
    });
    await failsInTime([stopped]);
  });

  it("never gives the answer to a query that took too long to the next one", async () => {
    const db = open(world.databaseUrl);
    await failsInTime([sql`SELECT SLEEP(${answerMsMax / 1000 + 0.5}) AS n`.execute(db)]);
    expect(await Promise.all(times(40, (n) => one(db, n)))).toEqual([...Array(40).keys()]);
  });

  it("may take longer in the background", async () => {
    const db = open(world.databaseUrl, "background");
    const { rows } = await sql`SELECT SLEEP(${answerMsMax / 1000 + 0.5}) AS n`.execute(db);
    expect(rows).toHaveLength(1);
  });
});

describe("a Redis that hangs", () => {
  it("fails a request's commands, later ones at once, and none is carried out twice", async () => {
    const { url, proxy } = await behindProxy(world.redisUrl);
    const redis = openRedis(url, "request");
    onTestFinished(() => redis.disconnect());
    await redis.ping();
    proxy.cut();
    const key = `hanging:${newId()}`;
    await failsInTime(times(5, () => redis.incr(key)));
    expect(await failsInTime([redis.incr(key)])).toBeLessThan(500);
    proxy.mend();
    await recovers(() => redis.ping());
    expect(Number(await world.redis.get(key))).toBeLessThanOrEqual(5);
  });

  it("keeps work in the background waiting, which goes on when it is back", async () => {
    const { url, proxy } = await behindProxy(world.redisUrl);
    const redis = openRedis(url, "background");
    onTestFinished(() => redis.disconnect());
    await redis.ping();
    proxy.cut();
    const counted = redis.incr(`waiting:${newId()}`);
    await failsInTime([promptPing(url)]);
    proxy.mend();
    expect(await counted).toBe(1);
  });

  /** Somebody who does not wait: shows that Redis does not answer. */
  const promptPing = (url: string) => {
    const redis = openRedis(url, "request");
    onTestFinished(() => redis.disconnect());
    return redis.ping();
  };

  it("fails who asks for the waiting line, and a place that comes too late is put back", async () => {
    const { url, proxy } = await behindProxy(world.redisUrl);
    const slow = openWaitingLine(url);
    const line = promptLine(slow);
    const other = openWaitingLine(world.redisUrl);
    onTestFinished(async () => void (await Promise.all([slow.close(), other.close()])));
    const generationId = newId();
    await line.join("test", generationId, openedAt);
    await line.list(); // It is connected now, and knows its scripts.
    proxy.cut();
    await failsInTime([
      line.list(),
      line.take("test", "us"),
      // Into another line: in the first it could be taken before the place is back.
      line.join("another", newId(), openedAt),
      line.remove(newId()),
    ]);
    proxy.mend();
    const place = await recovers(() => other.take("test", "others"));
    expect(place?.generationId).toBe(generationId);
    await place?.leave();
  });

  it("is followed again by who only listens", { timeout: 60_000 }, async () => {
    const { url, proxy } = await behindProxy(world.redisUrl);
    const redis = openRedis(url, "background");
    onTestFinished(() => redis.disconnect());
    let heard = 0;
    const stop = await listen(redis, "projected", () => {
      heard += 1;
    });
    onTestFinished(stop);
    proxy.lose();
    // Lost without a word: only silence shows it.
    const isHeard = async () => {
      await send(world.redis, "projected", {});
      await new Promise((resolve) => setTimeout(resolve, 200));
      return heard > 0;
    };
    while (!(await isHeard()));
    expect(heard).toBeGreaterThan(0);
  });
});

describe("an event store that hangs", () => {
  const at = openedAt;
  async function cutOff() {
    const { url, proxy } = await behindProxy(world.eventStoreUrl);
    const store = createEventStore(url);
    onTestFinished(() => store.close());
    const ledger = { ...world.ledger, store };
    const userId = newId();
    const secret = (text: string) => accountSecret(userId, text);
    const names = { email: secret("ana@example.org"), username: secret("ana") };
    const about = { userId, at, termsVersion: "2026-11", passwordHash: secret("$hash") };
    const registration = { type: "RegisterUser" as const, ...about, ...names };
    await handle(ledger, userDecider, registration, contextAt(at));
    return { proxy, store, ledger, userId };
  }

  it("fails reads and appends in time, and answers when it is back", async () => {
    const { proxy, store, userId } = await cutOff();
    proxy.cut();
    const stream = userStream(userId);
    await failsInTime([
      ...times(10, () => store.read(stream)),
      store.append(stream, [], 0n),
      store.lastEvent(),
      store.askLeader(),
    ]);
    proxy.mend();
    expect((await recovers(() => store.read(stream))).events).toHaveLength(1);
  });

  it("fails commands in time, also those in line, and a retry finds what happened", async () => {
    const { proxy, ledger, userId } = await cutOff();
    const firstName = accountSecret(userId, "Ana");
    const command = { type: "UpdateProfile" as const, userId, at, firstName };
    const context = contextAt(at);
    const update = () => handle(ledger, userDecider, command, context);
    // The events are on their way when the line is cut; they arrive once it is mended.
    const appended = ledger.store.append;
    const cutting: typeof appended = (...args) => {
      proxy.cut();
      return appended(...args);
    };
    const store = { ...ledger.store, append: cutting };
    const cut = () => handle({ ...ledger, store }, userDecider, command, context);
    await failsInTime([cut(), ...times(20, update)]);
    proxy.mend();
    await recovers(async () => (await update()).state);
    const { events } = await world.store.read(userStream(userId));
    expect(events.map(({ event }) => event.type)).toEqual(["UserRegistered", "ProfileUpdated"]);
  });
});

describe("a disk that hangs", () => {
  it("fails who asks for a file", async () => {
    const folder = temporaryFolder();
    const blobs = await openBlobs(pathToFileURL(folder).href);
    const name = `${"0".repeat(64)}.wav`;
    // Whoever opens it waits until somebody writes: as near to such a disk as one comes.
    execFileSync("mkfifo", [join(folder, name)]);
    await failsInTime([blobs.open(name)]);
    execFileSync("sh", ["-c", 'true > "$0"', join(folder, name)]);
  });
});
