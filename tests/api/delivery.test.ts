import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { buildApp, closeApp } from "../../api/app.js";
import { type GenerationListener, GenerationWatch } from "../../api/generationWatch.js";
import { statusEvents } from "../../api/routes/generate/statusEvents.js";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import type { GenerationEvent } from "../../domain/generation/events.js";
import { generationTimeoutMs, second } from "../../domain/limits.js";
import { EventStoreUnavailableError } from "../../platform/eventStore/eventStore.js";
import { OutageError } from "../../platform/process/outage.js";
import { listUnsettled } from "../../projections/reservations/queries.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { until } from "../support/payments.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type Leased, type TestNode } from "../support/testNode.js";

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
  account = await makeAccount(server);
  node = await joinNode(server);
});
afterEach(async () => {
  aheadMs = 0;
  vi.restoreAllMocks();
  // The next test's node shall find its own work only.
  await Promise.all([...asked].map((id) => cancel(id)));
  asked.clear();
});

const asked = new Set<string>();
const cancel = (id: string, key = account.apiKey) =>
  call(server, "DELETE", `/generate/${id}`, { key });

const order = { prompt: "dub techno, deep pad", bpm: 124, generation_duration: 1 };
const later = { prefer: "respond-async" };
const idOf = ({ job }: Leased) => leasedGeneration(job.job_id);

async function generate(
  headers: Record<string, string> = {},
  body: object = order,
  at = server.url,
) {
  const options = { body, key: account.apiKey, headers };
  const answer = await call({ url: at }, "POST", "/generate", options);
  if (answer.status === 202) asked.add(String(answer.data["request_id"]));
  return answer;
}

async function leasedGeneration(leaseId: string): Promise<string> {
  const lease = await server.redis.get(`given-lease:${leaseId}`);
  return JSON.parse(lease ?? "{}").generationId;
}

/** Once every reservation of by now is settled, and the read models show it. */
async function used(): Promise<number> {
  await until(async () => {
    const target = (await server.store.lastPosition()) ?? 0n;
    await until(async () => (await isProjectedTo(target)) || undefined);
    const rows = await listUnsettled(server.readDb, { before: "9999", limit: 10 });
    return rows.length === 0 || undefined;
  });
  const { data } = await call(server, "GET", "/user/usage", { key: account.apiKey });
  return Number(data["used"]);
}

async function isProjectedTo(target: bigint): Promise<boolean> {
  const checkpoints = server.readDb.selectFrom("read_checkpoint").select("position");
  const names = ["quota-days", "reservations"];
  const rows = await checkpoints.where("projection", "in", names).execute();
  return rows.every(({ position }) => BigInt(position ?? 0) >= target);
}

/** A call whose caller hangs up once a node has the job. */
async function hangUp(): Promise<Leased> {
  const gone = new AbortController();
  const calling = fetch(`${server.url}/api/v1/generate`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": account.apiKey },
    body: JSON.stringify(order),
    signal: gone.signal,
  });
  const leased = await node.lease();
  gone.abort();
  await expect(calling).rejects.toThrow();
  await until(async () => (await marks()).includes("0") || undefined);
  return leased;
}

/** Of every undelivered loop: "0" while no call has taken it. */
async function marks(): Promise<string[]> {
  const keys = await server.redis.keys("undelivered:*");
  return (await Promise.all(keys.map((key) => server.redis.hvals(key)))).flat();
}

describe("a loop whose caller hung up", () => {
  it("is what the next call with the same body gets, once, at no further cost", async () => {
    const leased = await hangUp();
    await node.handIn(leased);
    const again = await generate();
    expect(again.status).toBe(200);
    expect(again.headers.get("x-redelivered")).toBe("true");
    expect(again.headers.get("x-request-id")).toBe(await idOf(leased));
    expect(await used()).toBe(1);
    const [third] = await Promise.all([generate(), node.lease().then(node.handIn)]);
    expect(third.headers.get("x-redelivered")).toBeNull();
    expect(await used()).toBe(2);
  });

  it("is what the call after one gets that was answered with an error", async () => {
    const opening = vi
      .spyOn(server.deps.blobs, "open")
      .mockRejectedValueOnce(new OutageError("Away."));
    const asking = generate();
    await node.handIn(await node.lease());
    expect((await asking).status).toBe(503);
    opening.mockRestore();
    await until(async () => (await marks()).includes("0") || undefined);
    const again = await generate();
    expect(again.status).toBe(200);
    expect(again.headers.get("x-redelivered")).toBe("true");
    expect(await used()).toBe(1);
  });

  it("is left to the call after one that failed to look at it", async () => {
    const leased = await hangUp();
    await node.handIn(leased);
    const away = new EventStoreUnavailableError("away");
    vi.spyOn(server.deps.ledger.store, "read").mockRejectedValueOnce(away);
    expect((await generate()).status).toBe(503);
    const again = await generate();
    expect(again.headers.get("x-redelivered")).toBe("true");
    expect(again.headers.get("x-request-id")).toBe(await idOf(leased));
  });

  it("is what the next call gets right after an outage of Redis in which the caller hung up", async () => {
    const { redis, deps } = server;
    const gone = new AbortController();
    const headers = { "content-type": "application/json", "x-api-key": account.apiKey };
    const asked = { method: "POST", headers, body: JSON.stringify(order), signal: gone.signal };
    const calling = fetch(`${server.url}/api/v1/generate`, asked);
    const leased = await node.lease();
    redis.disconnect();
    gone.abort();
    await expect(calling).rejects.toThrow();
    await until(async () => deps.endedCalls.untold > 0 || undefined);
    await redis.connect();
    const [again] = await Promise.all([generate(), node.handIn(leased)]);
    expect(again.status).toBe(200);
    expect(again.headers.get("x-redelivered")).toBe("true");
    expect(again.headers.get("x-request-id")).toBe(await idOf(leased));
    expect(await used()).toBe(1);
    await until(async () => deps.endedCalls.untold === 0 || undefined);
  });

  it("is waited for when it is still being made", async () => {
    const leased = await hangUp();
    const again = generate();
    await until(async () => !(await marks()).includes("0") || undefined);
    const other = await generate(later);
    expect(other.headers.get("x-redelivered")).toBeNull();
    await node.handIn(leased);
    expect((await again).headers.get("x-redelivered")).toBe("true");
    expect((await again).headers.get("x-request-id")).toBe(await idOf(leased));
  });

  it("is not what another body, another account or a call with a key gets", async () => {
    await node.handIn(await hangUp());
    const stranger = await makeAccount(server);
    const answers = [
      await generate(later, { ...order, bpm: 90 }),
      await generate({ ...later, "idempotency-key": "mine" }),
      await call(server, "POST", "/generate", {
        body: order,
        key: stranger.apiKey,
        headers: later,
      }),
    ];
    for (const { status, headers } of answers) {
      expect(status).toBe(202);
      expect(headers.get("x-redelivered")).toBeNull();
    }
    expect((await generate()).headers.get("x-redelivered")).toBe("true");
    await cancel(String(answers[2]?.data["request_id"]), stranger.apiKey);
  });

  it("is made anew when it was cancelled", async () => {
    const leased = await hangUp();
    await cancel(await idOf(leased));
    const [again] = await Promise.all([generate(), node.lease().then(node.handIn)]);
    expect(again.status).toBe(200);
    expect(again.headers.get("x-redelivered")).toBeNull();
  });
});

/** Another API process over the same parts, which can go down alone. */
async function openInstance() {
  const watch = new GenerationWatch();
  const deps = { ...server.deps, watch };
  const running = watch.run(server);
  const app = await buildApp(deps, { trustProxy: [], corsAllowedOrigins: [] });
  const port = await reservePort();
  await app.listen({ host: "127.0.0.1", port });
  return {
    url: `http://127.0.0.1:${port}`,
    async goDown() {
      watch.close();
      await closeApp(app);
      await running;
    },
  };
}

describe("an instance that goes down", () => {
  it("leaves the loop to the next call with the same body", async () => {
    const instance = await openInstance();
    const calling = generate({}, order, instance.url);
    const leased = await node.lease();
    await instance.goDown();
    expect(await calling).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    const again = generate();
    await node.handIn(leased);
    expect((await again).status).toBe(200);
    expect((await again).headers.get("x-redelivered")).toBe("true");
    expect((await again).headers.get("x-request-id")).toBe(await idOf(leased));
    expect(await used()).toBe(1);
  });

  it("ends its events by saying so", async () => {
    const instance = await openInstance();
    const { data } = await generate(later);
    const id = String(data["request_id"]);
    const reading = eventsOf(id, instance.url);
    await until(async () => reading.text().includes("event: status") || undefined);
    await instance.goDown();
    expect(await reading.ended).toMatch(/event: end\ndata: \{"reason":"restart",.*\n\n$/);
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
  });
});

function eventsOf(id: string, url: string) {
  let text = "";
  const read = async () => {
    const path = `${url}/api/v1/generate/${id}/events`;
    const { body } = await fetch(path, { headers: { "x-api-key": account.apiKey } });
    if (body === null) throw new Error("No body.");
    for await (const chunk of body) text += Buffer.from(chunk).toString();
    return text;
  };
  return { text: () => text, ended: read() };
}

it("ends its events by saying so when the store is away", async () => {
  const { data } = await generate(later);
  const id = String(data["request_id"]);
  const reading = eventsOf(id, server.url);
  await until(async () => reading.text().includes("event: status") || undefined);
  vi.spyOn(server.deps.ledger.store, "read").mockRejectedValue(new Error("The store is away."));
  expect(await reading.ended).toMatch(/event: end\ndata: \{"reason":"unavailable",.*\n\n$/);
  vi.restoreAllMocks();
  await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
});

/** As if something happened all the time, so that looking once more never takes a second. */
class RestlessWatch extends GenerationWatch {
  override listen(generationId: string, listener: GenerationListener): () => void {
    const about = { generationId, at: clock.now() };
    const event = { type: "GenerationLeaseLost", data: { private: about } };
    const timer = setInterval(() => listener(event as GenerationEvent), 1);
    return () => clearInterval(timer);
  }
}

it("ends its events by saying so when a generation stays open for longer than it may", async () => {
  const generationId = String((await generate(later)).data["request_id"]);
  const { state } = await load(server.store, generationDecider, { generationId });
  if (state.status !== "open") throw new Error("It is not open.");
  const own = { generationId, userId: state.request.data.private.userId };
  const deps = { ...server.deps, watch: new RestlessWatch() };
  const events: string[] = [];
  for await (const event of statusEvents(deps, own, new AbortController().signal)) {
    events.push(event);
  }
  expect(events[0]).toMatch(/^event: status\n/);
  expect(events.at(-1)).toMatch(/^event: end\ndata: \{"reason":"time-out",.*\n\n$/);
});

describe("when the time is up", () => {
  const key = { "idempotency-key": "slow" };
  const stateOf = async (generationId: string) =>
    (await load(server.store, generationDecider, { generationId })).state;

  it("costs nothing, and what arrives later completes nothing", async () => {
    await generate({ ...later, ...key });
    const leased = await node.lease();
    aheadMs = generationTimeoutMs;
    expect(await generate(key)).toMatchObject({ status: 503, code: "GENERATION_TIMEOUT" });
    expect(await stateOf(await idOf(leased))).toMatchObject({ end: { type: "GenerationExpired" } });
    await expect(node.handIn(leased)).rejects.toMatchObject({ code: "GENERATION_CLOSED" });
    expect(await used()).toBe(0);
  });

  it("gives audio that has arrived the time of its check", async () => {
    await generate({ ...later, ...key });
    const leased = await node.lease();
    const { audioCheck } = server.deps;
    const check = audioCheck.check.bind(audioCheck);
    let pass: () => void = () => undefined;
    const passed = new Promise<void>((resolve) => {
      pass = resolve;
    });
    const checking = vi.spyOn(audioCheck, "check").mockImplementation(async (...args) => {
      await passed;
      return check(...args);
    });
    const handingIn = node.handIn(leased);
    await until(async () => checking.mock.calls.length > 0 || undefined);
    aheadMs = generationTimeoutMs;
    const answering = generate(key);
    // It has seen by then that its time is up, and waits on.
    await new Promise((resolve) => setTimeout(resolve, second / 2));
    pass();
    expect(await handingIn).toMatchObject({ accepted: true });
    expect((await answering).status).toBe(200);
    expect(await used()).toBe(1);
  });
});

it("lists the caller's generations, newest first, by pages, with their audio", async () => {
  const ids: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    const { data } = await generate(later);
    ids.unshift(String(data["request_id"]));
    await node.handIn(await node.lease());
  }
  const list = async (query: string, key = account.apiKey) =>
    (await call(server, "GET", `/generate?${query}`, { key })).data;
  await until(async () => {
    const { generations } = await list("");
    const done = generations.filter((each: { status: string }) => each.status === "completed");
    return done.length === ids.length || undefined;
  });
  const first = await list("limit=2");
  const second = await list(`limit=2&after=${first["next"]}`);
  const listed = [...first["generations"], ...second["generations"]];
  expect(listed.map(({ request_id }) => request_id)).toEqual(ids);
  expect(second["next"]).toBeNull();
  const audio = await call(server, "GET", listed[0].audio_url, { key: account.apiKey });
  expect(audio.status).toBe(200);
  const stranger = await makeAccount(server);
  expect((await list("", stranger.apiKey))["generations"]).toEqual([]);
  const wrong = await call(server, "GET", "/generate?after=x", { key: account.apiKey });
  expect(wrong).toMatchObject({ status: 422 });
});
