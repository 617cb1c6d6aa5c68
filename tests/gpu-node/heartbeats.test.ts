import { describe, expect, it } from "vitest";
import { heartbeatBodySchema } from "../../domain/node/wire.js";
import { joinStub } from "../support/runningNode.js";
import { type Call, openStubServer, stubJob } from "../support/stubServer.js";

const heartbeatOf = ({ body }: Call) => heartbeatBodySchema.parse(JSON.parse(body.toString()));

describe("heartbeats", () => {
  it("come as often as the server asks of an idle node", async () => {
    const server = await openStubServer();
    server.heartbeatInterval = 2;
    joinStub(server);
    const registered = await server.call("register");
    const [first, second] = [await server.call("heartbeat"), await server.call("heartbeat", 2)];
    expect(heartbeatOf(first)).toEqual({ status: "idle", telemetry: {} });
    expect(first.atMs - registered.atMs).toBeGreaterThan(1_500);
    expect(second.atMs - first.atMs).toBeGreaterThan(1_500);
  });

  it("speak for a running job within its lease, with its progress, and not for a short one", async () => {
    const server = await openStubServer();
    const { engine } = joinStub(server);
    server.offer(stubJob());
    await server.call("result");
    expect(server.callsOf("heartbeat")).toEqual([]);

    engine.hold();
    const job = stubJob();
    server.offer(job);
    const leased = await server.call("lease", 2);
    const beats = [await server.call("heartbeat"), await server.call("heartbeat", 2)];
    expect(beats.map(heartbeatOf)).toEqual(
      beats.map(() => ({ status: "busy", telemetry: {}, job_id: job.job_id, progress: 0.5 })),
    );
    const [first = 0, second = 0] = beats.map(({ atMs }) => atMs);
    expect(first - leased.atMs).toBeLessThan(15_000);
    expect(second - first).toBeGreaterThan(4_500);
    expect(second - first).toBeLessThan(15_000);
  });

  it("bring word that a job is called off: it is dropped, and nothing is handed in", async () => {
    const server = await openStubServer();
    const { engine } = joinStub(server);
    engine.hold();
    server.offer(stubJob());
    await server.call("lease");
    server.directive = "cancel";
    await server.call("heartbeat");
    server.directive = "continue";
    engine.release();
    const next = stubJob();
    server.offer(next);
    await server.call("result");
    expect(engine.requests).toHaveLength(2);
    expect(server.callsOf("result").map(({ jobId }) => jobId)).toEqual([next.job_id]);
    expect(server.callsOf("fail")).toEqual([]);
  });

  it("bring word to drain: the job in hand is finished, no other is taken", async () => {
    const server = await openStubServer();
    const { engine, node, stopped } = joinStub(server);
    engine.hold();
    server.offer(stubJob());
    await server.call("lease");
    server.directive = "drain";
    await server.call("heartbeat");
    server.offer(stubJob());
    engine.finish();
    await stopped;
    expect(node.status).toMatchObject({ state: "draining", completed: 1 });
    expect(engine.requests).toHaveLength(1);
    const last = server.calls.at(-1);
    expect(last?.what === "heartbeat" && heartbeatOf(last).status).toBe("draining");
  });
});
