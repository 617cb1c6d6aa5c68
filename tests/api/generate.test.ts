import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { audioFileOf, generationStream } from "../../domain/generation/events.js";
import { generationTimeoutMs, probationJobs } from "../../domain/limits.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { generationIdOf, newId } from "../../platform/ids.js";
import { findHolders } from "../../platform/redis/audioHolders.js";
import { noteAccepted } from "../../platform/redis/standings.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { readWav } from "../support/audio/wholeWav.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode, type TestNode } from "../support/testNode.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let account: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  // Every test has a fresh day's quota and a node that waits for nothing old.
  account = await makeAccount(server);
  node = await joinNode(server);
});

const order = { prompt: "dub techno, deep pad", bpm: 124.0, sample_rate: 48000.0 };
const short = { ...order, generation_duration: 1.0 };

const generate = (body: unknown = short, headers: Record<string, string> = {}) =>
  call(server, "POST", "/generate", { body, key: account.apiKey, headers });
const later = { prefer: "respond-async" };
const get = (path: string, key = account.apiKey) => call(server, "GET", path, { key });
const usage = async () => (await get("/user/usage")).data;

/** Work of an earlier test may still stand in line. */
/** What the node gives back here must neither put it on probation nor make it rest. */
async function prove() {
  for (let job = 0; job < probationJobs; job += 1) await noteAccepted(server.redis, node.nodeId);
}

async function leaseOf(generationId: string) {
  for (;;) {
    await prove();
    const leased = await node.lease();
    const { state } = await load(server.store, generationDecider, { generationId });
    const current = state.status === "open" ? state.current?.leaseId : undefined;
    if (current === leased.job.job_id) return leased;
    await node.client.fail(leased.job.job_id, "declined");
  }
}

describe("the plugin's way", () => {
  it("waits and gets the WAV with everything in the headers", async () => {
    const [answer] = await Promise.all([generate(), node.lease().then(node.handIn)]);
    expect(answer.status).toBe(200);
    const { headers, bytes } = answer;
    const shown = Object.fromEntries(headers);
    expect(shown).toMatchObject({
      "content-type": "audio/wav",
      "x-credits-remaining": "24",
      "x-daily-used": "1",
      "x-daily-limit": "25",
      "x-daily-remaining": "24",
      "x-duration": "1",
      "x-bpm": "124",
      "x-sample-rate": "48000",
      "x-channels": "2",
      "x-stems-used": "",
      "x-worker-id": node.nodeId.slice(0, 8),
      "x-sha256": createHash("sha256").update(bytes).digest("hex"),
      "x-public-key-url": `${server.url}/.well-known/jwks.json`,
    });
    expect(shown["x-request-id"]).toBe(shown["x-certificate-id"]);
    expect(Number(shown["x-processing-time"])).toBeGreaterThan(0);
    expect(shown["x-daily-resets"]).toMatch(/T00:00:00\.000Z$/);
    const wav = readWav(bytes);
    expect(wav).toMatchObject({ ok: true, value: { format: { sampleRate: 48_000, channels: 2 } } });
    expect(await usage()).toMatchObject({ used: 1, remaining: 24 });
    const verified = await call(server, "POST", "/certificate/verify", {
      body: { certificate: await certificateOf(String(shown["x-request-id"])) },
    });
    expect(verified.data).toMatchObject({
      valid: true,
      claims: { bpm: 124, aiGenerated: true, model: "synth-1", nodeId: node.nodeId },
    });
    expect(verified.data["claims"]).toMatchObject({
      issuedAt: expect.stringMatching(/T\d\d:00:00\.000Z$/),
    });
  });

  const certificateOf = async (id: string) =>
    (await get(`/certificates/${id}`)).data["certificate"];

  it("takes floats, modal keys, 96 kHz and stems as the plugin sends them, byte for byte", async () => {
    const body =
      '{"prompt":"deep house","bpm":126.5,"key":"F# Dorian","sample_rate":96000.0,' +
      '"generation_duration":1.5,"preferred_stems":["drums","bass"]}';
    const answering = raw("/api/v1/generate", body, {
      "Content-Type": "application/json",
      "X-API-Key": account.apiKey,
    });
    const leased = await node.lease();
    expect(leased.job).toMatchObject({
      prompt: "deep house",
      bpm: 126.5,
      key: "F# Dorian",
      frames: 144_000,
      sample_rate: 96_000,
      stems: ["drums", "bass"],
      model: null,
    });
    await node.handIn(leased);
    const { status, headers } = await answering;
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "x-sample-rate": "96000",
      "x-key": "F# Dorian",
      "x-stems-used": "drums,bass",
      "x-duration": "1.5",
    });
  });

  it("shows a node nothing about who asked", async () => {
    const { data } = await generate(short, later);
    const leased = await leaseOf(String(data["request_id"]));
    await node.handIn(leased);
    const text = JSON.stringify(leased);
    const me = await call(server, "GET", "/auth/me", { token: account.accessToken });
    for (const secret of [account.email, account.username, me.data["user_id"]]) {
      expect(text).not.toContain(secret);
    }
  });
});

/** HTTP/1.1 as libcurl speaks it. */
function raw(path: string, body: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: object; body: Buffer }>((resolve, reject) => {
    const options = { method: "POST", headers: { ...headers, "Content-Length": body.length } };
    const request = httpRequest(`${server.url}${path}`, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const { statusCode = 0, headers } = response;
      resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
    });
    request.on("error", reject).end(body);
  });
}

describe("the second way", () => {
  it("answers 202, shows how it goes, and keeps the audio for an hour", async () => {
    const accepted = await generate(short, later);
    expect(accepted.status).toBe(202);
    const id = String(accepted.data["request_id"]);
    expect(accepted.headers.get("location")).toBe(`/api/v1/generate/status/${id}`);
    expect((await get(`/generate/status/${id}`)).data).toMatchObject({
      status: "queued",
      position: 1,
    });
    expect(await get(`/generate/${id}/audio`)).toMatchObject({ status: 404, code: "NOT_FOUND" });

    const leased = await leaseOf(id);
    await call(server, "POST", `/workers/jobs/${leased.job.job_id}/progress`, {
      body: { progress: 0.5 },
      token: node.token,
    });
    expect((await get(`/generate/status/${id}`)).data).toMatchObject({
      status: "processing",
      progress: 0.5,
    });
    await node.handIn(leased);
    const done = await get(`/generate/status/${id}`);
    expect(done.data).toMatchObject({ status: "completed" });
    expect(done.data["certificate"]).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);

    const audio = await get(`/generate/${id}/audio`);
    expect(audio.status).toBe(200);
    expect(createHash("sha256").update(audio.bytes).digest("hex")).toBe(done.data["sha256"]);
    const part = await call(server, "GET", `/generate/${id}/audio`, {
      key: account.apiKey,
      headers: { range: "bytes=44-143" },
    });
    expect(part.status).toBe(206);
    expect(part.headers.get("content-range")).toBe(`bytes 44-143/${audio.bytes.length}`);
    expect(part.bytes).toEqual(audio.bytes.subarray(44, 144));
    const last = await call(server, "GET", `/generate/${id}/audio`, {
      key: account.apiKey,
      headers: { range: "bytes=-50" },
    });
    const size = audio.bytes.length;
    expect(last.headers.get("content-range")).toBe(`bytes ${size - 50}-${size - 1}/${size}`);
    expect(last.bytes).toEqual(audio.bytes.subarray(-50));
  });

  it("streams the same as events until it is over", async () => {
    const { data } = await generate(short, later);
    const id = String(data["request_id"]);
    const answer = await fetch(`${server.url}/api/v1/generate/${id}/events`, {
      headers: { "x-api-key": account.apiKey },
    });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    if (answer.body === null) throw new Error("no body");
    let text = "";
    for await (const chunk of answer.body) {
      // The first state has come before anything happens.
      if (text === "") await node.handIn(await leaseOf(id));
      text += Buffer.from(chunk).toString();
    }
    const states = [...text.matchAll(/^data: (.*)$/gm)].map(
      ([, json = ""]) => JSON.parse(json).status,
    );
    expect(states[0]).toBe("queued");
    expect(states.at(-1)).toBe("completed");
  });

  it("shows nothing to anybody else", async () => {
    const { data } = await generate(short, later);
    const id = String(data["request_id"]);
    const stranger = await makeAccount(server);
    for (const path of [`status/${id}`, `${id}/audio`, `${id}/events`]) {
      const answer = await get(`/generate/${path}`, stranger.apiKey);
      expect(answer).toMatchObject({ status: 404, code: "GENERATION_NOT_FOUND" });
    }
    const cancelled = await call(server, "DELETE", `/generate/${id}`, { key: stranger.apiKey });
    expect(cancelled).toMatchObject({ status: 404, code: "GENERATION_NOT_FOUND" });
    expect(await get(`/generate/status/${newId()}`)).toMatchObject({
      status: 404,
      code: "GENERATION_NOT_FOUND",
    });
  });

  it("is called off at no cost, and the node's work is not taken", async () => {
    const { data } = await generate(short, later);
    const id = String(data["request_id"]);
    const leased = await leaseOf(id);
    const cancel = () => call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
    expect((await cancel()).status).toBe(200);
    expect((await cancel()).status).toBe(200);
    expect((await get(`/generate/status/${id}`)).data).toMatchObject({ status: "cancelled" });
    const beat = { status: "busy" as const, job_id: leased.job.job_id };
    expect(await node.client.heartbeat(beat)).toMatchObject({ directive: "cancel" });
    await expect(node.handIn(leased)).rejects.toMatchObject({ code: "GENERATION_CLOSED" });
    await settled(id);
    expect(await usage()).toMatchObject({ used: 0 });
  });

  it("answers a waiting call that it was cancelled", async () => {
    const key = { "idempotency-key": "changed-my-mind" };
    const { data } = await generate(short, { ...later, ...key });
    const id = String(data["request_id"]);
    const leased = await leaseOf(id);
    const waiting = generate(short, key);
    await node.client.heartbeat({ status: "busy", job_id: leased.job.job_id });
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
    expect(await waiting).toMatchObject({ status: 409, code: "GENERATION_CANCELLED" });
  });

  it("is known to be delivered once its last byte was fetched, not before", async () => {
    const { data } = await generate(short, later);
    const id = String(data["request_id"]);
    await node.handIn(await leaseOf(id));
    const { events } = await server.store.read(generationStream(id));
    const { sha256 = "", bytes = 0 } =
      firstOf(events, "GenerationCompleted")?.event.data.private ?? {};
    const file = audioFileOf(sha256);
    const isDelivered = async () =>
      (await findHolders(server.redis, [file])).get(file)?.isDelivered;
    const fetch = (method: string, range?: string) =>
      call(server, method, `/generate/${id}/audio`, {
        key: account.apiKey,
        ...(range !== undefined && { headers: { range } }),
      });
    await fetch("HEAD");
    expect((await fetch("GET", "bytes=0-99")).status).toBe(206);
    expect(await isDelivered()).toBe(false);
    expect((await fetch("GET", `bytes=100-${bytes - 1}`)).status).toBe(206);
    await expect.poll(isDelivered).toBe(true);
  });

  it("says so when the audio is older than the hour it is kept", async () => {
    const key = { "idempotency-key": "long-ago" };
    const { data } = await generate(short, { ...later, ...key });
    const id = String(data["request_id"]);
    await node.handIn(await leaseOf(id));
    const { blobs } = server.deps;
    for (const { name } of await blobs.list()) await blobs.remove(name);
    const expired = { status: 404, code: "AUDIO_EXPIRED" };
    expect(await get(`/generate/${id}/audio`)).toMatchObject(expired);
    expect(await generate(short, key)).toMatchObject(expired);
    expect((await get(`/generate/status/${id}`)).data).toMatchObject({ status: "completed" });
  });

  it("does not call off what is done", async () => {
    const { data } = await generate(short, later);
    const id = String(data["request_id"]);
    await node.handIn(await leaseOf(id));
    const answer = await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
    expect(answer).toMatchObject({ status: 409, code: "GENERATION_CLOSED" });
  });
});

/** Until the reservation of an ended generation is settled in the read models. */
async function settled(generationId: string): Promise<void> {
  for (let look = 0; look < 200; look += 1) {
    const row = await server.readDb
      .selectFrom("read_reservation")
      .select("state")
      .where("generation_id", "=", generationId)
      .executeTakeFirst();
    if (row !== undefined && row.state !== "reserved") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("The reservation was not settled.");
}

describe("an idempotency key", () => {
  const once = (body: unknown = short, headers = {}) =>
    generate(body, { "idempotency-key": "take-1", ...headers });

  it("makes one generation of many calls", async () => {
    const first = await once(short, later);
    const leased = await leaseOf(String(first.data["request_id"]));
    const waiting = once();
    await node.handIn(leased);
    const [second, third] = [await waiting, await once()];
    expect(first.status).toBe(202);
    expect(second.status).toBe(200);
    for (const answer of [second, third]) {
      expect(answer.headers.get("x-request-id")).toBe(first.data["request_id"]);
      expect(answer.headers.get("idempotency-hit")).toBe("true");
      expect(answer.bytes).toEqual(second.bytes);
    }
    expect(await usage()).toMatchObject({ used: 1 });
  });

  it("refuses another body, and means nothing to another user", async () => {
    await once(short, later);
    const other = await once({ ...short, bpm: 90 });
    expect(other).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
    const stranger = await makeAccount(server);
    const theirs = await call(server, "POST", "/generate", {
      body: { ...short, bpm: 90 },
      key: stranger.apiKey,
      headers: { "idempotency-key": "take-1", ...later },
    });
    expect(theirs.status).toBe(202);
  });
});

describe("an idempotency key whose call died before it asked", () => {
  it("is free again: its next calls make one generation", async () => {
    const key = "died";
    const { data } = await call(server, "GET", "/user/profile", { token: account.accessToken });
    const userId = String(data["user_id"]);
    const generationId = generationIdOf(userId, key);
    const [at, quotaDay] = [new Date().toISOString(), new Date().toISOString().slice(0, 10)];
    const about = { generationId, at, userId, quotaDay, reason: "never-requested" as const };
    const close = { type: "CancelGeneration" as const, ...about };
    await handle(server.ledger, generationDecider, close, contextAt(at));
    const again = () => generate(short, { ...later, "idempotency-key": key });
    const answers = [...(await Promise.all([again(), again()])), await again()];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    const ids = new Set(answers.map(({ data: { request_id } }) => request_id));
    expect([...ids]).toEqual([generationIdOf(userId, key, 1)]);
    expect(await usage()).toMatchObject({ used: 1 });
  });
});

describe("the daily limit", () => {
  it("lets exactly 25 of 200 at once through, and spends 25", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => generate(short, later)));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(25);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(175);
    for (const { code, headers } of refused) {
      expect(code).toBe("DAILY_LIMIT_EXCEEDED");
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(await usage()).toMatchObject({ used: 25, remaining: 0 });
  }, 60_000);
});

describe("a generation that brings no audio", () => {
  it("is tried three times by proven nodes, then fails, and costs nothing", async () => {
    const key = { "idempotency-key": "hopeless" };
    const { data } = await generate(short, { ...later, ...key });
    const id = String(data["request_id"]);
    const waiting = generate(short, key);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { job } = await leaseOf(id);
      await node.client.fail(job.job_id, "failed");
    }
    const answer = await waiting;
    expect(answer).toMatchObject({ status: 503, code: "GENERATION_FAILED" });
    expect(answer.headers.get("retry-after")).not.toBeNull();
    await settled(id);
    expect(await usage()).toMatchObject({ used: 0 });
  });

  it("is answered 503 when its time is up", async () => {
    const clock = leapingClock();
    const hasty = await openServer({ clock });
    try {
      const person = await makeAccount(hasty);
      await joinNode(hasty);
      clock.leap();
      const answer = await call(hasty, "POST", "/generate", { body: short, key: person.apiKey });
      expect(answer).toMatchObject({ status: 503, code: "GENERATION_TIMEOUT" });
      expect(answer.headers.get("retry-after")).toBe("5");
    } finally {
      await hasty.close();
    }
  });

  /** Once it leaps, two minutes pass between any two looks at it. */
  function leapingClock() {
    let leapt = 0;
    let stepMs = 0;
    return {
      leap: () => {
        stepMs = generationTimeoutMs;
      },
      now: () => {
        leapt += stepMs;
        return new Date(Date.now() + leapt).toISOString();
      },
    };
  }
});

describe("without a node that can do it", () => {
  it("says so at once", async () => {
    const empty = await openServer();
    try {
      const person = await makeAccount(empty);
      const options = { body: short, key: person.apiKey };
      const none = await call(empty, "POST", "/generate", options);
      expect(none).toMatchObject({ status: 503, code: "NO_WORKERS_AVAILABLE" });
      expect(none.headers.get("retry-after")).toBe("30");
      const small = { stems: false, duration_max: 2, sample_rate_max: 48_000 };
      await joinNode(empty, { capabilities: small });
      for (const beyond of [
        { ...order, generation_duration: 2.5 },
        { ...short, sample_rate: 96_000 },
        { ...short, preferred_stems: ["drums"] },
        { ...short, sample_rate: 96_000, model: "stable-audio-open-1.0" },
      ]) {
        const answer = await call(empty, "POST", "/generate", { body: beyond, key: person.apiKey });
        expect(answer).toMatchObject({ status: 503, code: "NO_WORKERS_AVAILABLE" });
      }
      const { data } = await call(empty, "GET", "/user/usage", { key: person.apiKey });
      expect(data).toMatchObject({ used: 0 });
    } finally {
      await empty.close();
    }
  });
});
