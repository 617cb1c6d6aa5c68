import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { audioFileOf } from "../../domain/generation/events.js";
import { signatureHeader } from "../../domain/node/wire.js";
import { sha256Hex } from "../../platform/ids.js";
import { signProof } from "../../platform/keys/nodeSignatures.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { certifiedBytes, readWav } from "../support/audio/wholeWav.js";
import { openServer, type TestServer } from "../support/server.js";
import { renderWav, toneBursts } from "../support/testAudio.js";
import { audioHash, joinNode, type Leased, type TestNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
let node: TestNode;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
});
afterAll(() => server.close());
beforeEach(async () => {
  vi.restoreAllMocks();
  node = await joinNode(server);
});

const order = { prompt: "dub techno, deep pad", bpm: 124, generation_duration: 1 };

async function leaseOne(): Promise<{ id: string; leased: Leased }> {
  const { data } = await call(server, "POST", "/generate", {
    body: order,
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  return { id: String(data["request_id"]), leased: await node.lease() };
}

/** Right audio, other for each seed. */
const wavOf = (seed: number) => {
  const format = { sampleRate: 48_000, channels: 2, bitsPerSample: 16 } as const;
  return new Uint8Array(renderWav(format, 48_000, toneBursts({ seed })));
};

const send = ({ job }: Leased, wav: Uint8Array<ArrayBuffer>) => {
  const result = { wav, audioSha256: audioHash(wav), model: "synth-1" };
  return node.client.sendResult(job.job_id, result, performance.now() + 5000);
};

/** Lets no check end before this many have begun. */
function checkTogether(count: number): void {
  const { audioCheck } = server.deps;
  const check = audioCheck.check.bind(audioCheck);
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let begun = 0;
  vi.spyOn(audioCheck, "check").mockImplementation(async (...args) => {
    begun += 1;
    if (begun === count) open();
    await opened;
    return check(...args);
  });
}

/** What the user gets, what the event says and what the certificate is about are the same audio. */
async function expectOneTruth(id: string): Promise<string> {
  const { state } = await load(server.store, generationDecider, { generationId: id });
  if (state.status !== "closed" || state.end.type !== "GenerationCompleted") {
    throw new Error("It is not completed.");
  }
  const { sha256, audioSha256, bytes, certificate } = state.end.data.private;
  const audio = await call(server, "GET", `/generate/${id}/audio`, { key: account.apiKey });
  expect(audio.bytes.length).toBe(bytes);
  expect(createHash("sha256").update(audio.bytes).digest("hex")).toBe(sha256);
  const reading = readWav(audio.bytes);
  if (!reading.ok) throw new Error(reading.message);
  expect(sha256Hex(certifiedBytes(audio.bytes, reading.value))).toBe(audioSha256);
  expect(audio.bytes.includes(certificate)).toBe(true);
  const [, claims = ""] = certificate.split(".");
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ audioSha256 });
  return sha256;
}

const filesNow = () => readdirSync(join(server.folder, "blobs"));

it("stands, whatever the same lease brings later", async () => {
  const { id, leased } = await leaseOne();
  expect(await send(leased, wavOf(1))).toMatchObject({ accepted: true });
  const first = await expectOneTruth(id);
  await expect(send(leased, wavOf(2))).rejects.toMatchObject({ code: "GENERATION_ALREADY_DONE" });
  expect(await expectOneTruth(id)).toBe(first);
});

it("is one of two different ones that came at once; of the other nothing is kept", async () => {
  const before = filesNow();
  const { id, leased } = await leaseOne();
  checkTogether(2);
  const answers = await Promise.allSettled([1, 2].map((seed) => send(leased, wavOf(seed))));
  expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const sha256 = await expectOneTruth(id);
  const added = filesNow().filter((name) => !before.includes(name));
  expect(added).toEqual([audioFileOf(sha256)]);
});

it("is accepted for both of two that are the same", async () => {
  const before = filesNow();
  const { id, leased } = await leaseOne();
  checkTogether(2);
  const [one, two] = await Promise.all([send(leased, wavOf(1)), send(leased, wavOf(1))]);
  expect(one).toEqual(two);
  const sha256 = await expectOneTruth(id);
  expect(filesNow().filter((name) => !before.includes(name))).toEqual([audioFileOf(sha256)]);
});

it("is not signed when its work was cancelled during the check", async () => {
  const before = filesNow();
  const { id, leased } = await leaseOne();
  const { audioCheck, certificates } = server.deps;
  const check = audioCheck.check.bind(audioCheck);
  vi.spyOn(audioCheck, "check").mockImplementation(async (...args) => {
    await call(server, "DELETE", `/generate/${id}`, { key: account.apiKey });
    return check(...args);
  });
  const sign = vi.spyOn(certificates, "sign");
  await expect(send(leased, wavOf(1))).rejects.toMatchObject({ code: "GENERATION_CLOSED" });
  expect(sign).not.toHaveBeenCalled();
  expect(filesNow()).toEqual(before);
});

it("that is sent again ends the first upload, which is half here", async () => {
  const { id, leased } = await leaseOne();
  const wav = wavOf(1);
  const half = uploadHalf(leased, wav);
  await vi.waitFor(() => expect(half.sent()).toBe(true));
  expect(await send(leased, wav)).toMatchObject({ accepted: true });
  await half.ended;
  await expectOneTruth(id);
});

it("is one at a time, however many its node sends at once", async () => {
  const { id, leased } = await leaseOne();
  const wav = wavOf(1);
  let ended = 0;
  const halves = Array.from({ length: 40 }, () => uploadHalf(leased, wav));
  for (const half of halves) {
    void half.ended.then(() => {
      ended += 1;
    });
  }
  // All but the one that came last.
  await vi.waitFor(() => expect(ended).toBe(halves.length - 1), { timeout: 20_000 });
  expect(await send(leased, wav)).toMatchObject({ accepted: true });
  await Promise.all(halves.map((half) => half.ended));
  await expectOneTruth(id);
});

function beginUpload({ job }: Leased, wav: Uint8Array) {
  const proof = { purpose: "obsidian-node-result", origin: server.url } as const;
  const signed = { ...proof, jobId: job.job_id, audioSha256: audioHash(wav) };
  const headers = {
    authorization: `Bearer ${node.token}`,
    "content-type": "audio/wav",
    "content-length": wav.length,
    [signatureHeader]: signProof(node.privateKey, signed),
    "x-model": "synth-1",
  };
  const url = `${server.url}/api/v1/workers/jobs/${job.job_id}/result`;
  return httpRequest(url, { method: "PUT", headers });
}

/** A line that breaks in the middle: it is open, and nothing more comes. */
function uploadHalf(leased: Leased, wav: Uint8Array) {
  const request = beginUpload(leased, wav);
  let isSent = false;
  request.write(wav.subarray(0, wav.length / 2), () => {
    isSent = true;
  });
  const ended = new Promise<void>((resolve) => {
    request.on("error", () => resolve()).on("close", () => resolve());
  });
  return { sent: () => isSent, ended };
}

it("that was accepted is answered again before its body is read; any other is refused", async () => {
  const { leased } = await leaseOne();
  const receipt = await send(leased, wavOf(1));
  expect(await answerToHeaders(leased, wavOf(1))).toMatchObject({ status: 201, data: receipt });
  const other = await answerToHeaders(leased, wavOf(2));
  expect(other).toMatchObject({ status: 409, error: { code: "GENERATION_ALREADY_DONE" } });
});

/** What the server says while nothing of the body is sent. */
async function answerToHeaders(leased: Leased, wav: Uint8Array): Promise<object> {
  const request = beginUpload(leased, wav).on("error", () => undefined);
  request.flushHeaders();
  const [response]: IncomingMessage[] = await once(request, "response");
  if (response === undefined) throw new Error("No answer came.");
  const body: object = JSON.parse(await text(response));
  request.destroy();
  return { status: response.statusCode, ...body };
}

it("is found again without the read model", async () => {
  const { leased } = await leaseOne();
  const before = await send(leased, wavOf(1));
  await server.readDb.deleteFrom("read_lease").execute();
  expect(await send(leased, wavOf(1))).toEqual(before);
});
