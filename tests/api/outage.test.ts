import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { keepHearing } from "../../api/nodeGateway/keepHearing.js";
import { hearingEveryMs, hearingGapMs, leaseDeadlineMsMin } from "../../domain/limits.js";
import { plusMs } from "../../domain/time.js";
import { AudioCheckBusyError } from "../../platform/audio/audioCheck.js";
import { findHearing } from "../../platform/redis/hearing.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { fakeClock } from "../support/fakeClock.js";
import { until } from "../support/payments.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, nodeAbout, type TestNode } from "../support/testNode.js";
import { openedAt, openWorld } from "../support/world.js";

/** The API's clock goes before the system's, as far as a test says. */
let aheadMs = 0;
const clock = { now: () => new Date(Date.now() + aheadMs).toISOString() };

let server: TestServer;
let account: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer({ clock });
});
afterAll(() => server.close());
beforeEach(async () => {
  // What a test said of a time ahead must not stand when the next one goes ahead as far.
  await server.redis.del("hearing");
  account = await makeAccount(server);
  node = await joinNode(server);
});
afterEach(() => {
  vi.restoreAllMocks();
  aheadMs = 0;
});

async function leased() {
  const { data } = await call(server, "POST", "/generate", {
    body: { prompt: "dub techno, deep pad", bpm: 124, generation_duration: 1 },
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  return { id: String(data["request_id"]), job: await node.lease() };
}

describe("an outage of the server is not held against a node", () => {
  it("that sent its audio in time, and has to send it again after the deadline", async () => {
    const { job } = await leased();
    vi.spyOn(server.deps.audioCheck, "check").mockImplementationOnce(async () => {
      aheadMs = 2 * leaseDeadlineMsMin;
      // As if we had been there all the time: what counts is the first arrival.
      const now = clock.now();
      await server.redis.hset("hearing", { since: plusMs(now, -3_600_000), last: now });
      throw new AudioCheckBusyError("the check is away");
    });
    expect(await node.handIn(job)).toMatchObject({ accepted: true, late: false });
  });

  it("that could not be heard at its deadline", async () => {
    const { job } = await leased();
    aheadMs = 2 * leaseDeadlineMsMin;
    await until(async () => (await findHearing(server.redis, clock.now())) ?? undefined);
    expect(await node.handIn(job)).toMatchObject({ accepted: true, late: false });
  });

  it("when Redis is emptied: it registers again, and its loop is taken", async () => {
    const { id, job } = await leased();
    await until(async () => {
      const read = server.readDb.selectFrom("read_lease").select("lease_id");
      return read.where("lease_id", "=", job.job.job_id).executeTakeFirst();
    });
    await server.redis.flushdb();
    await expect(node.handIn(job)).rejects.toMatchObject({ status: 401 });
    await node.client.register(nodeAbout);
    expect(await node.handIn(job)).toMatchObject({ accepted: true, late: false });
    const audio = await call(server, "GET", `/generate/${id}/audio`, { key: account.apiKey });
    expect(audio.status).toBe(200);
  });

  it("but work that comes late while we listen is late", async () => {
    const { job } = await leased();
    aheadMs = 2 * leaseDeadlineMsMin;
    const now = clock.now();
    await server.redis.hset("hearing", { since: plusMs(now, -3_600_000), last: now });
    expect(await node.handIn(job)).toMatchObject({ accepted: true, late: true });
  });
});

it("the day's use is told while the event store is away, wherever it is asked for", async () => {
  const own = await openServer();
  const person = await makeAccount(own);
  await joinNode(own);
  const get = (path: string) => call(own, "GET", path, { key: person.apiKey });
  const usage = async () => (await get("/user/usage")).data;
  await call(own, "POST", "/generate", {
    body: { prompt: "dub techno, deep pad", bpm: 124, generation_duration: 1 },
    key: person.apiKey,
    headers: { prefer: "respond-async" },
  });
  await until(async () => {
    const rows = own.readDb.selectFrom("read_quota_day").where("used", "=", 1);
    return rows.select("used").executeTakeFirst();
  });
  await own.stopEventStore();
  expect(await usage()).toMatchObject({ used: 1, remaining: 24 });
  const credits = JSON.parse((await get("/auth/credits/check/vst")).bytes.toString());
  expect(credits).toMatchObject({ credits_remaining: 24 });
  await own.close();
});

it("nobody is heard while the event store is away", async () => {
  const world = await openWorld();
  const stopping = new AbortController();
  const worldClock = fakeClock(openedAt);
  const hearing = keepHearing({ ...world, clock: worldClock }, stopping.signal);
  const heard = () => findHearing(world.redis, worldClock.now());
  expect(await until(heard)).toBe(openedAt);
  await world.stopEventStore();
  worldClock.advance(hearingGapMs + 1);
  await new Promise((resolve) => setTimeout(resolve, 2 * hearingEveryMs));
  expect(await heard()).toBeUndefined();
  stopping.abort();
  await hearing;
  await world.close();
});
