import { generateKeyPairSync } from "node:crypto";
import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { joinBytes, wavParts } from "../../domain/audio/writeWav.js";
import { canonicalJson } from "../../domain/canonicalJson.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { generationStream } from "../../domain/generation/events.js";
import { nodePresenceMs, probationJobs, second } from "../../domain/limits.js";
import { nodeStream } from "../../domain/node/events.js";
import { signatureHeader } from "../../domain/node/wire.js";
import { quotaStream } from "../../domain/quota/events.js";
import { plusMs } from "../../domain/time.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { newId, nodeIdOf, sha256Hex } from "../../platform/ids.js";
import { readNodeKey, signProof } from "../../platform/keys/nodeSignatures.js";
import { systemClock } from "../../platform/process/clock.js";
import { findNode, isOnline, listWaiting, noteNode } from "../../platform/redis/nodes.js";
import { findStanding, noteAcceptedBefore } from "../../platform/redis/standings.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { until } from "../support/payments.js";
import { openServer, type TestServer } from "../support/server.js";
import { renderPcm, renderWav, toneBursts } from "../support/testAudio.js";
import {
  audioHash,
  joinNode,
  type Leased,
  nodeAbout,
  rightAudio,
  type TestNode,
} from "../support/testNode.js";
import { contextAt } from "../support/world.js";

let server: TestServer;
let account: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  account = await makeAccount(server);
  node = await joinNode(server);
});

const order = { prompt: "dub techno, deep pad", bpm: 124, generation_duration: 1 };

async function requested(extra: object = {}): Promise<string> {
  const { data } = await call(server, "POST", "/generate", {
    body: { ...order, ...extra },
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  return String(data["request_id"]);
}

/** A lease of this generation; other work that stands in line is called off first. */
async function leaseOf(generationId: string, by = node): Promise<Leased> {
  for (;;) {
    const leased = await by.lease();
    const { state } = await load(server.store, generationDecider, { generationId });
    const current = state.status === "open" ? state.current?.leaseId : undefined;
    if (current === leased.job.job_id) return leased;
    await by.client.fail(leased.job.job_id, "declined");
  }
}

const typesOf = async (generationId: string) => {
  const { events } = await server.store.read(generationStream(generationId));
  return events.map(({ event }) => event.type);
};

const api = (method: string, path: string, body?: unknown, token = node.token) =>
  call(server, method, path, { token, ...(body !== undefined && { body }) });

describe("registering a node", () => {
  const register = async (body: object, sign: (nonce: string) => string) => {
    const { data } = await call(server, "POST", "/workers/challenge", { body: {} });
    const nonce = String(data["nonce"]);
    return call(server, "POST", "/workers/register", {
      body: { ...body, nonce },
      headers: { [signatureHeader]: sign(nonce) },
    });
  };
  const newKey = () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    return readNodeKey(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  };
  const proofOf = (body: object, nonce: string, origin = server.url) => ({
    purpose: "obsidian-node-register" as const,
    origin,
    nonce,
    bodySha256: sha256Hex(canonicalJson({ ...body, nonce })),
  });

  it("makes the same key the same worker, and a new session ends the old one", async () => {
    const { privateKey, publicKey } = newKey();
    const body = { ...nodeAbout, public_key: publicKey };
    const join = () => register(body, (nonce) => signProof(privateKey, proofOf(body, nonce)));
    const [first, second] = [await join(), await join()];
    expect(first.data["worker_id"]).toBe(nodeIdOf(publicKey));
    expect(second.data["worker_id"]).toBe(first.data["worker_id"]);
    const beat = (token: unknown) =>
      api("POST", "/workers/heartbeat", { status: "idle" }, String(token));
    expect(await beat(first.data["session_token"])).toMatchObject({ status: 401 });
    expect(await beat(second.data["session_token"])).toMatchObject({ status: 200 });
    const { events } = await server.store.read(nodeStream(nodeIdOf(publicKey)));
    expect(events.map(({ event }) => event.type)).toEqual(["NodeRegistered", "NodeDescribed"]);
  });

  it("knows a key by its bytes: four spellings of it are one worker", async () => {
    const { privateKey, publicKey } = newKey();
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const last = alphabet.indexOf(publicKey.slice(-1));
    const spellings = [0, 1, 2, 3].map((spare) => publicKey.slice(0, -1) + alphabet[last + spare]);
    const workers = [];
    for (const public_key of spellings) {
      const body = { ...nodeAbout, public_key };
      const joined = await register(body, (nonce) => signProof(privateKey, proofOf(body, nonce)));
      workers.push(joined.data["worker_id"]);
    }
    expect(workers).toEqual(Array(4).fill(nodeIdOf(publicKey)));
    const { events } = await server.store.read(nodeStream(nodeIdOf(publicKey)));
    expect(events.map(({ event }) => event.type)).toEqual(["NodeRegistered", "NodeDescribed"]);
  });

  it("refuses a key under which a signature that nobody made fits", async () => {
    const before = await server.store.lastPosition();
    for (const y of ["00", "01"]) {
      const bytes = Buffer.from(y.padEnd(64, "0"), "hex");
      const body = { ...nodeAbout, public_key: bytes.toString("base64url") };
      // R is the neutral point and S is zero: OpenSSL accepts it for one message in eight or more.
      const forged = Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]).toString("base64url");
      const answer = await register(body, () => forged);
      expect(answer).toMatchObject({
        status: 422,
        code: "INVALID_PUBLIC_KEY",
        field: "public_key",
      });
    }
    expect(await server.store.lastPosition()).toBe(before);
  });

  it("refuses somebody else's public key, another server's signature, and a changed body", async () => {
    const [mine, theirs] = [newKey(), newKey()];
    const body = { ...nodeAbout, public_key: mine.publicKey };
    const stolen = { ...nodeAbout, public_key: theirs.publicKey };
    const answers = [
      await register(stolen, (nonce) => signProof(mine.privateKey, proofOf(stolen, nonce))),
      await register(body, (nonce) =>
        signProof(mine.privateKey, proofOf(body, nonce, "https://evil.example")),
      ),
      await register({ ...body, engine: "other" }, (nonce) =>
        signProof(mine.privateKey, proofOf(body, nonce)),
      ),
      await register(body, () => "bm90IGEgc2lnbmF0dXJl"),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, code: "INVALID_SIGNATURE" });
    }
    for (const { publicKey } of [mine, theirs]) {
      expect((await server.store.read(nodeStream(nodeIdOf(publicKey)))).events).toEqual([]);
    }
  });

  it("is told to nobody in words of its own", async () => {
    const words = "call me at evil.example <script>alert(1)</script>";
    const named = {
      ...nodeAbout,
      engine: words,
      software_version: `1.0.0 ${words}`,
      models: ["synth-1", "buy-my-coins"],
      gpu_info: { name: `NVIDIA GeForce RTX 4090 ${words}`, memory_mb: 24_564 },
    };
    const { client, nodeId } = await joinNode(server, named as never);
    await client.heartbeat({ status: "idle" });
    const status = await call(server, "GET", "/workers/status");
    const shown = status.data["workers"].find(({ id }: { id: string }) => nodeId.startsWith(id));
    expect(shown).toMatchObject({ engine: "other", gpu: "nvidia, 24 GB", models: ["synth-1"] });
    const { events } = await server.store.read(nodeStream(nodeId));
    for (const kept of [status.data, ...events.map(({ event }) => event)]) {
      expect(JSON.stringify(kept)).not.toMatch(/evil|<script|coins|4090/);
    }
  });

  it("takes a nonce once, and only its own", async () => {
    const { privateKey, publicKey } = newKey();
    const { data } = await call(server, "POST", "/workers/challenge", { body: {} });
    const nonce = String(data["nonce"]);
    const body = { ...nodeAbout, public_key: publicKey, nonce };
    const headers = { [signatureHeader]: signProof(privateKey, proofOf(body, nonce)) };
    const send = () => call(server, "POST", "/workers/register", { body, headers });
    expect((await send()).status).toBe(200);
    expect(await send()).toMatchObject({ status: 401, code: "INVALID_CHALLENGE" });
  });

  it("drops models that are not on the server's list, and asks for today's terms", async () => {
    const { privateKey, publicKey } = newKey();
    const body = { ...nodeAbout, public_key: publicKey, models: ["synth-1", "my-own"] };
    const joined = await register(body, (nonce) => signProof(privateKey, proofOf(body, nonce)));
    expect(joined.data["models_ignored"]).toEqual(["my-own"]);
    const old = { ...body, terms_version: "1999-01" };
    const refused = await register(old, (nonce) => signProof(privateKey, proofOf(old, nonce)));
    expect(refused).toMatchObject({ status: 422, code: "INVALID_TERMS_VERSION" });
  });
});

describe("a node without a right to be here", () => {
  it.each([
    ["POST", "/workers/heartbeat", { status: "idle" }],
    ["POST", "/workers/jobs/lease", {}],
    ["POST", `/workers/jobs/${newId()}/progress`, { progress: 0.5 }],
    ["POST", `/workers/jobs/${newId()}/fail`, { reason: "failed" }],
    ["DELETE", `/workers/${newId()}`, undefined],
  ])("is not let in: %s %s", async (method, path, body) => {
    for (const token of ["A".repeat(43), account.apiKey, account.accessToken]) {
      expect(await api(method, path, body, token)).toMatchObject({ status: 401 });
    }
  });

  it("has no say over a job of another node", async () => {
    const { job } = await leaseOf(await requested());
    const other = await joinNode(server);
    const path = `/workers/jobs/${job.job_id}`;
    for (const answer of [
      await api("POST", `${path}/fail`, { reason: "failed" }, other.token),
      await upload(job.job_id, rightAudio(job), { by: other }),
    ]) {
      expect(answer).toMatchObject({ status: 404, code: "LEASE_NOT_HELD" });
    }
    const beat = { status: "busy" as const, job_id: job.job_id };
    expect(await other.client.heartbeat(beat)).toMatchObject({ directive: "cancel" });
    expect(await node.client.heartbeat(beat)).toMatchObject({ directive: "continue" });
  });
});

interface UploadOptions {
  readonly by?: TestNode;
  readonly signature?: string;
  readonly type?: string;
  /** Nothing is sent but the headers. */
  readonly claimedLength?: number | "chunked";
}

/** As a node sends it, and in all the ways it should not. */
function upload(
  jobId: string,
  file: Uint8Array,
  { by = node, signature, type = "audio/wav", claimedLength }: UploadOptions = {},
) {
  const proof = { purpose: "obsidian-node-result", origin: server.url, jobId } as const;
  const signed = signature ?? signProof(by.privateKey, { ...proof, audioSha256: audioHash(file) });
  const headers = {
    authorization: `Bearer ${by.token}`,
    "content-type": type,
    ...(claimedLength === "chunked"
      ? { "transfer-encoding": "chunked" }
      : { "content-length": claimedLength ?? file.length }),
    [signatureHeader]: signed,
    "x-model": "synth-1",
  };
  return new Promise<{ status: number; code: string | undefined; message: string }>(
    (resolve, reject) => {
      const url = `${server.url}/api/v1/workers/jobs/${jobId}/result`;
      const request = httpRequest(url, { method: "PUT", headers }, async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { error } = JSON.parse(Buffer.concat(chunks).toString());
        request.destroy();
        resolve({ status: response.statusCode ?? 0, code: error?.code, message: error?.message });
      });
      request.on("error", reject);
      if (claimedLength === undefined) request.end(file);
      else request.flushHeaders();
    },
  );
}

describe("an uploaded result", () => {
  const pcm = (rate: number, frames: number) =>
    renderWav({ sampleRate: rate, channels: 2, bitsPerSample: 16 }, frames);

  it("is accepted once, and again for the same bytes, with a receipt", async () => {
    const id = await requested();
    const leased = await leaseOf(id);
    const [first, second] = [await node.handIn(leased), await node.handIn(leased)];
    expect(first).toMatchObject({ accepted: true, late: false, units: 1000 * 2 * 2 });
    expect(second).toEqual(first);
    expect(await typesOf(id)).toEqual([
      "GenerationRequested",
      "GenerationLeased",
      "GenerationCompleted",
      "ContributionRecorded",
    ]);
    const other = pcm(48_000, 48_000);
    const changed = await upload(
      leased.job.job_id,
      joinBytes([other.subarray(0, -2), new Uint8Array(2)]),
    );
    expect(changed).toMatchObject({ status: 409, code: "GENERATION_ALREADY_DONE" });
  });

  it.each([
    ["not a WAV", () => Buffer.from("not a WAV at all".repeat(20)), "NOT_WAV"],
    ["cut off", () => pcm(48_000, 48_000).subarray(0, 100_000), "TRUNCATED"],
    ["silent", () => silence(48_000), "SILENT"],
    ["of another rate", () => pcm(44_100, 48_000), "WRONG_RATE"],
    ["too short", () => pcm(48_000, 47_999), "WRONG_LENGTH"],
  ] as const)(
    "that is %s is refused with the reason, and costs an attempt",
    async (_what, make, reason) => {
      const id = await requested();
      const { job } = await leaseOf(id);
      const answer = await upload(job.job_id, make());
      expect(answer).toMatchObject({ status: 422, code: "RESULT_REJECTED" });
      expect(answer.message).toContain(reason);
      const { events } = await server.store.read(generationStream(id));
      expect(events.at(-1)?.event).toMatchObject({
        type: "GenerationLeaseLost",
        data: { private: { reason: "rejected", detail: reason } },
      });
      await node.handIn(await leaseOf(id));
      expect(await typesOf(id)).toContain("GenerationCompleted");
    },
  );

  const silence = (frames: number) => {
    const format = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 } as const;
    return joinBytes(
      wavParts(
        format,
        renderPcm(format, frames, () => 0),
      ),
    );
  };

  it("loses hidden chunks on its way to the user", async () => {
    const id = await requested();
    const { job } = await leaseOf(id);
    const format = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 } as const;
    const clean = joinBytes(wavParts(format, renderPcm(format, 48_000, toneBursts())));
    const secret = Buffer.from("LIST\x18\0\0\0INFOhidden-payload-here!", "latin1");
    const hidden = Buffer.concat([clean, secret]);
    hidden.writeUInt32LE(hidden.length - 8, 4);
    expect(await upload(job.job_id, hidden)).toMatchObject({ status: 201 });
    const audio = await call(server, "GET", `/generate/${id}/audio`, { key: account.apiKey });
    expect(audio.status).toBe(200);
    expect(audio.bytes.includes("hidden-payload")).toBe(false);
    expect(audio.bytes.subarray(44, 44 + 192_000)).toEqual(Buffer.from(clean.subarray(44)));
  });

  it("is refused before a byte of it is read: no lease, too long, or no length", async () => {
    const file = pcm(48_000, 48_000);
    const unknown = await upload(newId(), file, { claimedLength: 1_000_000 });
    expect(unknown).toMatchObject({ status: 404, code: "LEASE_NOT_HELD" });
    const { job } = await leaseOf(await requested());
    const tooLong = await upload(job.job_id, file, { claimedLength: 10_000_000 });
    expect(tooLong).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
    const endless = await upload(job.job_id, file, { claimedLength: "chunked" });
    expect(endless).toMatchObject({ status: 411, code: "LENGTH_REQUIRED" });
  });

  /** Nobody after this one finds its work in line. */
  const cancel = (id: string) => call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });

  it("needs this node's signature over this job and these bytes", async () => {
    const id = await requested();
    const { job } = await leaseOf(id);
    const file = rightAudio(job);
    const proof = { purpose: "obsidian-node-result", origin: server.url } as const;
    const audioSha256 = audioHash(file);
    const asJson = await upload(job.job_id, file, { type: "application/json" });
    expect(asJson).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    const otherJob = signProof(node.privateKey, { ...proof, jobId: newId(), audioSha256 });
    for (const signature of [otherJob, "c2ln"]) {
      const answer = await upload(job.job_id, file, { signature });
      expect(answer).toMatchObject({ status: 401, code: "INVALID_SIGNATURE" });
    }
    await cancel(id);
  });

  it("with a signature that does not fit costs the lease and trust, once; the right one still counts", async () => {
    await noteAcceptedBefore(server.redis, node.nodeId, probationJobs);
    const id = await requested();
    const leased = await leaseOf(id);
    const file = rightAudio(leased.job);
    for (let time = 0; time < 2; time += 1) {
      await upload(leased.job.job_id, file, { signature: "c2ln" });
    }
    const { events } = await server.store.read(generationStream(id));
    expect(events.map(({ event }) => event.type)).toEqual([
      "GenerationRequested",
      "GenerationLeased",
      "GenerationLeaseLost",
    ]);
    expect(firstOf(events, "GenerationLeaseLost")?.event.data.private).toMatchObject({
      reason: "failed",
      detail: "BAD_SIGNATURE",
    });
    expect((await findStanding(server.redis, node.nodeId)).failuresInRow).toBe(1);
    expect(await node.client.lease(new AbortController().signal)).toMatchObject({
      job: null,
      retry_after_seconds: expect.any(Number),
    });
    // A proxy that changed the bytes twice and lets them through now.
    expect(await node.handIn(leased)).toMatchObject({ accepted: true, late: false });
    expect((await findStanding(server.redis, node.nodeId)).failuresInRow).toBe(0);
  });

  it("is not read any more after three that were refused, whatever was wrong with them", async () => {
    const id = await requested();
    const { job } = await leaseOf(id);
    const file = rightAudio(job);
    await upload(job.job_id, file, { signature: "c2ln" });
    await upload(job.job_id, silence(48_000));
    await upload(job.job_id, Buffer.from("not a WAV at all".repeat(20)));
    const unread = await upload(job.job_id, file, { claimedLength: file.length });
    expect(unread).toMatchObject({ status: 422, code: "RESULT_REJECTED" });
    await cancel(id);
  });

  it("of a lost lease is taken while the generation is open; the newer node is called off", async () => {
    const id = await requested();
    const lost = await leaseOf(id);
    const at = new Date().toISOString();
    const leaseId = lost.job.job_id;
    const end = { type: "EndLease" as const, generationId: id, at, leaseId, proven: true };
    await handle(server.ledger, generationDecider, { ...end, reason: "expired" }, contextAt(at));
    const other = await joinNode(server);
    const newer = await leaseOf(id, other);
    expect(await node.handIn(lost)).toMatchObject({ accepted: true });
    const beat = { status: "busy" as const, job_id: newer.job.job_id };
    expect(await other.client.heartbeat(beat)).toMatchObject({ directive: "cancel" });
    await expect(other.handIn(newer)).rejects.toMatchObject({ code: "GENERATION_ALREADY_DONE" });
  });

  it("three bad ones of a proven node end the generation, and the user learns it", async () => {
    await noteAcceptedBefore(server.redis, node.nodeId, probationJobs);
    const id = await requested();
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { job } = await leaseOf(id);
      await upload(job.job_id, silence(48_000));
    }
    const status = await call(server, "GET", `/generate/status/${id}`, { key: account.apiKey });
    expect(status.data).toMatchObject({ status: "failed", reason: "bad-audio" });
    expect((await typesOf(id)).at(-1)).toBe("GenerationRejected");
  });
});

describe("asking for work", () => {
  const isWaiting = async ({ nodeId }: TestNode) => {
    const waiting = await listWaiting(server.redis, systemClock.now());
    return waiting.some((each) => each.nodeId === nodeId) || undefined;
  };
  const ask = (by: TestNode, wait_seconds = 0) =>
    api("POST", "/workers/jobs/lease", { wait_seconds }, by.token);

  it("says why there is none for this node, by reason and count", async () => {
    const capabilities = { stems: true, duration_max: 2, sample_rate_max: 48_000 };
    const small = await joinNode(server, { capabilities });
    const ids = [
      await requested({ generation_duration: 3 }),
      await requested({ sample_rate: 96_000 }),
    ];
    await inLine(...ids);
    const answer = await ask(small);
    expect(answer.data["job"]).toBeNull();
    expect(answer.data["skipped"]["too-long"]).toBeGreaterThanOrEqual(1);
    expect(answer.data["skipped"]["sample-rate-too-high"]).toBeGreaterThanOrEqual(1);
    // What was passed over stands where it stood, for those who can do it.
    for (const id of ids) await node.handIn(await leaseOf(id));
  });

  /** Until the reaction has put them in line. */
  async function inLine(...ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await until(async () => (await server.redis.hexists("line:places", id)) === 1 || undefined);
    }
  }

  it("is woken by work that comes while it waits", async () => {
    const waiting = node.lease();
    const id = await requested();
    const { job } = await waiting;
    const { state } = await load(server.store, generationDecider, { generationId: id });
    expect(state).toMatchObject({ status: "open", current: { leaseId: job.job_id } });
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
  });

  it("counts one question per node: a second ends the first", async () => {
    const lonely = await joinNode(server, {
      models: [],
      capabilities: { stems: false, duration_max: 1, sample_rate_max: 8000 },
    });
    const first = ask(lonely, 30);
    const second = ask(lonely, 1);
    expect((await first).data["job"]).toBeNull();
    expect((await second).data["job"]).toBeNull();
  });

  it("shows that a node is there, also when work keeps it from any heartbeat", async () => {
    const { redis } = server.deps;
    const presence = async () => {
      const found = await findNode(redis, node.nodeId);
      if (found === undefined) throw new Error("forgotten");
      return found;
    };
    const silentFor = async (ms: number) =>
      noteNode(redis, { ...(await presence()), seenAt: plusMs(systemClock.now(), -ms) });
    await silentFor(nodePresenceMs - second);
    await ask(node);
    expect(isOnline(await presence(), plusMs(systemClock.now(), nodePresenceMs - second))).toBe(
      true,
    );
    const { onlineSince } = await presence();
    // Work that comes long after the poll began.
    const asking = ask(node, 30);
    await until(() => isWaiting(node));
    await silentFor(nodePresenceMs - second);
    const id = await requested();
    expect((await asking).data["job"]).not.toBeNull();
    const after = await presence();
    expect(after).toMatchObject({ state: "busy", onlineSince });
    expect(isOnline(after, plusMs(systemClock.now(), nodePresenceMs - second))).toBe(true);
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
  });

  it("ends when the node hangs up, so that work goes to one that is there", async () => {
    const gone = new AbortController();
    const left = await joinNode(server);
    const asking = left.client.lease(gone.signal).catch(() => undefined);
    await until(() => isWaiting(left));
    gone.abort();
    await asking;
    const hungUpAt = performance.now();
    await until(async () => (await isWaiting(left)) === undefined || undefined);
    expect(performance.now() - hungUpAt).toBeLessThan(second);
    const id = await requested();
    await node.handIn(await leaseOf(id));
    const { events } = await server.store.read(generationStream(id));
    const leases = events.flatMap(({ event }) =>
      event.type === "GenerationLeased" ? [event.data.private.nodeId] : [],
    );
    expect(leases).toEqual([node.nodeId]);
  });

  it("goes on waiting by its newer question, when the node asked twice", async () => {
    const first = ask(node, 30);
    await until(() => isWaiting(node));
    const second = ask(node, 30);
    expect((await first).data["job"]).toBeNull();
    const id = await requested();
    expect((await second).data["job"]).not.toBeNull();
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
  });

  it("ends when the node begins to drain, which never becomes busy again", async () => {
    const asking = ask(node, 30);
    await until(() => isWaiting(node));
    await node.client.heartbeat({ status: "draining" });
    expect((await asking).data["job"]).toBeNull();
    const id = await requested();
    const other = await joinNode(server);
    await other.handIn(await leaseOf(id, other));
    expect(await findNode(server.redis, node.nodeId)).toMatchObject({ state: "draining" });
  });

  it("looks no further for a node that hangs up on its way past what has ended", async () => {
    const { waitingLine, leasePolls } = server.deps;
    const first = await requested();
    await inLine(first);
    const queue = (await server.redis.hget("line:places", first)) ?? "";
    await node.handIn(await leaseOf(first));
    for (let dead = 0; dead < 40; dead += 1)
      await waitingLine.join(queue, newId(), systemClock.now());
    const id = await requested();
    await inLine(id);
    const leaving = await joinNode(server);
    const gone = new AbortController();
    const take = waitingLine.take.bind(waitingLine);
    const walk = vi.spyOn(waitingLine, "take").mockImplementation(async (...args) => {
      if (walk.mock.calls.length === 20) {
        gone.abort();
        await until(async () => !leasePolls.holds(leaving.nodeId) || undefined);
      }
      return take(...args);
    });
    await leaving.client.lease(gone.signal).catch(() => undefined);
    await until(async () => (await isWaiting(leaving)) === undefined || undefined);
    expect(walk).toHaveBeenCalledTimes(20);
    walk.mockRestore();
    expect(await typesOf(id)).toEqual(["GenerationRequested"]);
    await node.handIn(await leaseOf(id));
  });

  it.each(["hangs up", "begins to drain"])(
    "gives work back when the node %s at the very moment it gets it",
    async (what) => {
      const id = await requested();
      await inLine(id);
      const leaving = await joinNode(server);
      const gone = new AbortController();
      const { waitingLine, leasePolls } = server.deps;
      const take = waitingLine.take.bind(waitingLine);
      const meanwhile = vi.spyOn(waitingLine, "take").mockImplementationOnce(async (...args) => {
        if (what === "hangs up") gone.abort();
        else await leaving.client.heartbeat({ status: "draining" });
        await until(async () => !leasePolls.holds(leaving.nodeId) || undefined);
        return take(...args);
      });
      const answer = await leaving.client.lease(gone.signal).catch(() => undefined);
      expect(answer?.job ?? null).toBeNull();
      meanwhile.mockRestore();
      await node.handIn(await leaseOf(id));
      expect((await typesOf(id)).filter((type) => type === "GenerationCompleted")).toHaveLength(1);
    },
  );

  it("brings nothing to a node that is draining, or that has left", async () => {
    const id = await requested();
    await node.client.heartbeat({ status: "draining" });
    expect((await ask(node)).data["job"]).toBeNull();
    await call(server, "DELETE", `/workers/${node.nodeId}`, { token: node.token });
    expect(await ask(node)).toMatchObject({ status: 401 });
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
  });

  it("fails a generation whose prompt was erased, and gives it to nobody", async () => {
    const id = await requested();
    const me = await call(server, "GET", "/auth/me", { token: account.accessToken });
    await server.vaultDb
      .updateTable("data_key")
      .set({ wrapped: null })
      .where("person_id", "=", String(me.data["user_id"]))
      .execute();
    server.clearKeyCache();
    while ((await typesOf(id)).at(-1) === "GenerationRequested") await ask(node, 1);
    expect((await typesOf(id)).at(-1)).toBe("GenerationFailed");
  });
});

describe("the correlation id", () => {
  /** Correlation of each event of a generation and of its place in the day's quota, by event type. */
  async function correlationsOf(generationId: string): Promise<Map<string, string>> {
    const { events } = await server.store.read(generationStream(generationId));
    const requested = firstOf(events, "GenerationRequested");
    if (requested === undefined) throw new Error("It was never requested.");
    const { userId, quotaDay } = requested.event.data.private;
    const quota = await server.store.read(quotaStream(userId, quotaDay));
    const reservation = quota.events.filter(
      ({ event }) =>
        "generationId" in event.data.private && event.data.private.generationId === generationId,
    );
    return new Map(
      [...events, ...reservation].map(({ event, correlationId }) => [event.type, correlationId]),
    );
  }

  it("of the request that asked is that of all that came of it", async () => {
    const id = await requested();
    await node.client.fail((await leaseOf(id)).job.job_id, "failed");
    await node.handIn(await leaseOf(id));
    const correlations = await until(async () => {
      const known = await correlationsOf(id);
      return known.has("QuotaSpent") ? known : undefined;
    });
    expect([...correlations.keys()].sort()).toEqual([
      "ContributionRecorded",
      "GenerationCompleted",
      "GenerationLeaseLost",
      "GenerationLeased",
      "GenerationRequested",
      "QuotaReserved",
      "QuotaSpent",
    ]);
    expect(new Set(correlations.values()).size).toBe(1);
  });

  it("is the X-Request-ID of the call that cancelled", async () => {
    const id = await requested();
    const cancelled = await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
    const correlations = await until(async () => {
      const known = await correlationsOf(id);
      return known.has("QuotaReleased") ? known : undefined;
    });
    const requestId = cancelled.headers.get("x-request-id");
    expect(correlations.get("GenerationCancelled")).toBe(requestId);
    expect(correlations.get("QuotaReleased")).toBe(requestId);
    expect(correlations.get("GenerationRequested")).not.toBe(requestId);
  });
});

describe("the cluster", () => {
  it("shows its health to anybody, with short ids and no addresses", async () => {
    await node.client.heartbeat({ status: "busy", telemetry: { gpu_percent: 97 } });
    // A list of a second ago is good enough for this answer.
    const { data, bytes, mine } = await until(async () => {
      const answer = await call(server, "GET", "/workers/status");
      const workers: { id: string; state: string }[] = answer.data["workers"];
      const found = workers.find(({ id }) => id === node.nodeId.slice(0, 8));
      return found?.state === "online" ? { ...answer, mine: found } : undefined;
    });
    expect(data).toMatchObject({ status: expect.any(String), queued: expect.any(Number) });
    // Not that it works.
    expect(mine).toMatchObject({ engine: "other", models: ["synth-1"] });
    expect(bytes.toString()).not.toContain(node.nodeId);
    expect(bytes.toString()).not.toContain("127.0.0.1");
  });
});
