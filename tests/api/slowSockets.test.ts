import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { ConnectionLimits } from "../../api/traffic/connections.js";
import { connectionLimits, second, uploadPaceGraceMs } from "../../domain/limits.js";
import { signatureHeader } from "../../domain/node/wire.js";
import { signProof } from "../../platform/keys/nodeSignatures.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import {
  audioHash,
  joinNode,
  type Leased,
  rightAudio,
  type TestNode,
} from "../support/testNode.js";

/** As it is, in a twentieth of the time. */
const quick = {
  ...connectionLimits,
  read: { bytesMin: 8_000, msMax: second },
  write: { msMax: second, bytesPerSecondMin: 64 * 1024 ** 2 },
  lookEveryMs: 50,
};

let server: TestServer;
let account: Account;
const sockets: Socket[] = [];
const open = async (connections: ConnectionLimits = connectionLimits): Promise<void> => {
  server = await openServer({ connections });
  account = await makeAccount(server);
};
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

function begin(head: readonly string[]) {
  const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
  sockets.push(socket);
  let received = 0;
  let text = "";
  socket
    .on("error", () => undefined)
    .on("data", (data: Buffer) => {
      received += data.length;
      if (text.length < 4_000) text += data.toString("latin1");
    });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(`${["", ...head, "Host: x"].join("\r\n").slice(2)}\r\n\r\n`);
  return { socket, ended, received: () => received, text: () => text };
}

async function order(extra: object): Promise<string> {
  const { data } = await call(server, "POST", "/generate", {
    body: { prompt: "slow pad", bpm: 100, generation_duration: 1, ...extra },
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  return String(data["request_id"]);
}

/** An upload of which nothing is sent yet but its head. */
function beginUpload(node: TestNode, { job }: Leased, wav: Uint8Array) {
  const proof = { purpose: "obsidian-node-result", origin: server.url } as const;
  const signed = { ...proof, jobId: job.job_id, audioSha256: audioHash(wav) };
  return begin([
    `PUT /api/v1/workers/jobs/${job.job_id}/result HTTP/1.1`,
    ...[`Authorization: Bearer ${node.token}`, "Content-Type: audio/wav", "X-Model: synth-1"],
    `${signatureHeader}: ${signProof(node.privateKey, signed)}`,
    `Content-Length: ${wav.length}`,
  ]);
}

describe("over a socket", () => {
  beforeAll(() => open(quick));
  afterAll(() => server.close());

  it("a body that stands still is ended; one that comes steadily is read", async () => {
    const bytes = 60_000;
    const head = ["POST /api/v1/certificate/verify HTTP/1.1", "Content-Type: audio/wav"];
    const [still, steady] = [0, 1].map(() => begin([...head, `Content-Length: ${bytes}`]));
    if (still === undefined || steady === undefined) throw new Error("They are two.");
    still.socket.write("RIFF");
    for (let sent = 0; sent < bytes; sent += 3_000) {
      steady.socket.write(Buffer.alloc(3_000, "RIFF"));
      await pause(100);
    }
    await still.ended;
    expect(still.text()).not.toContain("200 OK");
    await expect.poll(steady.text).toMatch(/^HTTP\/1.1 (200|422)/);
  });

  it(
    "an answer that nobody reads is ended; one that is read goes out whole",
    async () => {
      const node = await joinNode(server);
      // More than the system takes for a client that does not read.
      const id = await order({ sample_rate: 192_000, generation_duration: 20 });
      await node.handIn(await node.lease());
      const head = [`GET /api/v1/generate/${id}/audio HTTP/1.1`, `X-API-Key: ${account.apiKey}`];
      const connected = once(server.app.server, "connection");
      const unread = begin(head);
      unread.socket.pause();
      const [itsSocket]: Socket[] = await connected;
      const isGone = new Promise((resolve) => itsSocket?.once("close", resolve));
      const read = begin([...head, "Connection: close"]);
      await read.ended;
      const [, length] = /content-length: (\d+)/i.exec(read.text()) ?? [];
      expect(read.received()).toBeGreaterThan(Number(length));
      await isGone;
      unread.socket.resume();
      await unread.ended;
      expect(unread.received()).toBeLessThan(Number(length));
    },
    60 * second,
  );
});

describe("an upload over a socket", () => {
  beforeAll(() => open());
  afterAll(() => server.close());

  it("that comes too slowly to be here in time is ended before any other limit ends it", async () => {
    const node = await joinNode(server);
    await order({});
    const leased = await node.lease();
    const wav = rightAudio(leased.job);
    const begunAt = performance.now();
    const half = beginUpload(node, leased, wav);
    half.socket.write(wav.subarray(0, 1000));
    await half.ended;
    const tookMs = performance.now() - begunAt;
    expect(tookMs).toBeGreaterThan(uploadPaceGraceMs);
    expect(tookMs).toBeLessThan(connectionLimits.read.msMax);
    const whole = beginUpload(node, leased, wav);
    whole.socket.write(wav);
    await expect.poll(whole.text, { timeout: 20 * second }).toMatch(/^HTTP\/1.1 201/);
  });

  it("under a lease that is over takes no room of those whose lease is in force", async () => {
    const halves = [await lateUpload(), await lateUpload()];
    for (const { upload } of halves) upload.socket.write("RIFF");
    const third = await lateUpload();
    third.upload.socket.write(third.wav);
    const node = await joinNode(server);
    await order({});
    expect(await node.handIn(await node.lease())).toMatchObject({ accepted: true });
    expect(third.upload.received()).toBe(0);
    halves[0]?.upload.socket.destroy();
    // Read at last; another may have been faster with this work.
    await expect.poll(third.upload.text, { timeout: 20 * second }).toMatch(/^HTTP\/1.1 (201|409)/);
  });

  /** Its lease was given back: the work may be anybody's by now. */
  async function lateUpload() {
    const node = await joinNode(server);
    await order({});
    const leased = await node.lease();
    await node.client.fail(leased.job.job_id, "failed");
    const wav = rightAudio(leased.job);
    return { wav, upload: beginUpload(node, leased, wav) };
  }
});
