import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { GpuNode } from "../../gpu-node/node.js";
import { ServerClient } from "../../gpu-node/serverClient.js";
import { newId } from "../../platform/ids.js";
import { readNodeKey } from "../../platform/keys/nodeSignatures.js";
import { readWav } from "../support/audio/wholeWav.js";
import { HandEngine, joinStub } from "../support/runningNode.js";
import { openStubServer, stubJob } from "../support/stubServer.js";
import { audioHash, nodeAbout, rightAudio } from "../support/testNode.js";

describe("a node", () => {
  it("registers by signing a challenge, then asks for work", async () => {
    const server = await openStubServer();
    const { node } = joinStub(server);
    expect((await server.call("register")).status).toBe(200);
    server.offer(stubJob());
    await server.call("lease");
    expect(server.calls.map(({ what }) => what).slice(0, 3)).toEqual([
      "challenge",
      "register",
      "lease",
    ]);
    expect(node.status.workerId).toBeDefined();
  });

  it("makes what is asked and hands it in, signed", async () => {
    const server = await openStubServer();
    const { engine } = joinStub(server);
    const job = stubJob({ prompt: "house", seed: 77, stems: ["drums"] });
    server.offer(job);
    const result = await server.call("result");
    expect(result).toMatchObject({ status: 200, jobId: job.job_id });
    expect(result.headers["x-model"]).toBe("synth-1");
    expect(readWav(result.body)).toMatchObject({ ok: true });
    expect(engine.requests).toMatchObject([{ prompt: "house", seed: 77, stems: ["drums"] }]);
  });

  it("says what its engine understood of the prompt, where that says so", async () => {
    const server = await openStubServer();
    const { engine } = joinStub(server);
    engine.understood = "style=jazz; voices=saxophone";
    server.offer(stubJob());
    expect((await server.call("result")).headers).toMatchObject({
      "x-understood": "style=jazz; voices=saxophone",
    });
    engine.understood = undefined;
    server.offer(stubJob());
    expect((await server.call("result", 2)).headers).not.toHaveProperty("x-understood");
  });

  it("declines a job beyond its limits and takes the next", async () => {
    const server = await openStubServer();
    const { node, engine } = joinStub(server);
    server.offer(stubJob({ frames: 31 * 48_000 }));
    const failure = await server.call("fail");
    expect(JSON.parse(failure.body.toString())).toEqual({ reason: "declined" });
    server.offer(stubJob());
    await server.call("result");
    expect(engine.requests).toHaveLength(1);
    expect(node.status.refused).toBe(1);
  });

  it("says so when its engine fails, and takes the next", async () => {
    const server = await openStubServer();
    const engine = new HandEngine();
    engine.hold();
    joinStub(server, engine);
    const job = stubJob();
    server.offer(job);
    await server.call("lease");
    await started(engine);
    engine.fail(new Error("out of memory"));
    const failure = await server.call("fail");
    expect(failure.jobId).toBe(job.job_id);
    expect(JSON.parse(failure.body.toString())).toEqual({ reason: "failed" });
    server.offer(stubJob());
    await server.call("lease", 2);
  });

  it("does not hand in again what the server refused, and takes the next", async () => {
    const server = await openStubServer();
    joinStub(server);
    server.refuse("result", 422, "INVALID_AUDIO", 2);
    const [refused, another] = [stubJob(), stubJob()];
    server.offer(refused);
    await server.call("result");
    server.offer(another);
    await server.call("result", 2);
    server.offer(stubJob());
    await server.call("result", 3);
    const handedIn = server.callsOf("result").map(({ jobId, status }) => [jobId, status]);
    expect(handedIn.slice(0, 2)).toEqual([
      [refused.job_id, 422],
      [another.job_id, 422],
    ]);
    expect(handedIn[2]?.[1]).toBe(200);
    expect(server.callsOf("fail")).toEqual([]);
  });

  it("hands the same bytes in again when the server's answer is lost, but not for ever", async () => {
    const server = await openStubServer();
    const { node } = joinStub(server);
    server.refuse("result", 503, "BUSY", 1);
    server.offer(stubJob());
    const [first, second] = [await server.call("result"), await server.call("result", 2)];
    expect([first.status, second.status]).toEqual([503, 200]);
    expect(second.body.equals(first.body)).toBe(true);

    // A server that is away for a while is asked again and again.
    server.refuse("result", 503, "BUSY", 4);
    server.offer(stubJob());
    const [last, late] = [await server.call("result", 6), await server.call("result", 7)];
    expect([last.status, late.status]).toEqual([503, 200]);
    await completed(node, 2);
    expect(server.callsOf("fail")).toEqual([]);
  });

  it("hands the same bytes in again when they were changed on their way, but not for ever", async () => {
    const server = await openStubServer();
    const { node, registrations } = joinStub(server);
    server.refuse("result", 401, "INVALID_SIGNATURE", 2);
    server.offer(stubJob());
    const [changed, whole] = [await server.call("result"), await server.call("result", 3)];
    expect([changed.status, whole.status]).toEqual([401, 200]);
    expect(whole.body.equals(changed.body)).toBe(true);
    await completed(node, 1);

    server.refuse("result", 401, "INVALID_SIGNATURE", 3);
    server.offer(stubJob());
    await server.call("result", 6);
    server.offer(stubJob());
    expect(await server.call("result", 7)).toMatchObject({ status: 200 });
    expect(registrations()).toBe(1);
  });

  it("gives a result up once nobody can want it any more", async () => {
    const server = await openStubServer();
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const client = new ServerClient(server.url, server.url, readNodeKey(pem));
    await client.register(nodeAbout);
    server.refuse("result", 503, "BUSY", 100);
    const wav = rightAudio(stubJob());
    const result = { wav, audioSha256: audioHash(wav), model: "synth-1" };
    const sent = client.sendResult(newId(), result, performance.now() + 1000);
    await expect(sent).rejects.toMatchObject({ status: 503 });
    expect(server.callsOf("result").length).toBeGreaterThan(1);
  });

  it("registers again and hands its result in, when the server forgot it meanwhile", async () => {
    const server = await openStubServer();
    const { node, engine, registrations } = joinStub(server);
    engine.hold();
    server.offer(stubJob());
    await server.call("lease");
    await started(engine);
    server.forgetSessions();
    engine.finish();
    const [refused, taken] = [await server.call("result"), await server.call("result", 2)];
    expect([refused.status, taken.status]).toEqual([401, 200]);
    expect(taken.body.equals(refused.body)).toBe(true);
    await completed(node, 1);
    expect(registrations()).toBe(2);
  });

  it("registers again while it works, and goes on speaking for its job", async () => {
    const server = await openStubServer();
    const { engine } = joinStub(server);
    engine.hold();
    server.offer(stubJob());
    await server.call("lease");
    server.forgetSessions();
    const [lost, heard] = [await server.call("heartbeat"), await server.call("heartbeat", 2)];
    expect([lost.status, heard.status]).toEqual([401, 200]);
    engine.finish();
    expect((await server.call("result")).status).toBe(200);
  });

  it("registers again, as the same node, when the server no longer knows its session", async () => {
    const server = await openStubServer();
    const { registrations } = joinStub(server);
    server.offer(stubJob());
    await server.call("result");
    server.forgetSessions();
    server.offer(stubJob());
    await server.call("register", 2);
    server.offer(stubJob());
    await server.call("result", 2);
    const keys = server
      .callsOf("register")
      .map(({ body }) => JSON.parse(body.toString()).public_key);
    expect(new Set(keys).size).toBe(1);
    expect(registrations()).toBe(2);
  });

  it("waits longer and longer for a server that is away", async () => {
    const server = await openStubServer();
    server.refuse("challenge", 502, "UNKNOWN", 3);
    const { node } = joinStub(server);
    await server.call("register");
    const times = server.callsOf("challenge").map(({ atMs }) => atMs);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits).toHaveLength(3);
    // 1, 2, 4 s: timers may be late, never early.
    expect(waits.map((wait, index) => wait > 0.95 * 1_000 * 2 ** index)).toEqual([
      true,
      true,
      true,
    ]);
    server.offer(stubJob());
    await server.call("result");
    expect(node.status.state).not.toBe("unreachable");
  });

  it("finds its server again after that was down", async () => {
    const server = await openStubServer();
    const { node, stopped } = joinStub(server);
    await server.call("register");
    const { port } = new URL(server.url);
    server.close();
    const next = await openStubServer(Number(port));
    next.offer(stubJob());
    // The new server does not know the old one's session.
    expect((await next.call("register")).status).toBe(200);
    await next.call("result");
    node.drain();
    await stopped;
    expect(node.status.completed).toBe(1);
  });
});

/** Until so many results were accepted. */
async function completed(node: GpuNode, count: number): Promise<void> {
  while (node.status.completed < count) await new Promise((resolve) => setImmediate(resolve));
}

/** Until the engine has been asked for something. */
async function started(engine: HandEngine): Promise<void> {
  while (engine.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
}
