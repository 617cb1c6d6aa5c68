import { describe, expect, it, vi } from "vitest";
import { createNodeLog, sentenceOf } from "../../gpu-node/nodeLog.js";
import { reasonOf, skippedLines } from "../../gpu-node/sentences.js";
import { readRetryAfter } from "../../gpu-node/serverRefusal.js";
import { HandEngine, joinStub } from "../support/runningNode.js";
import { openStubServer, stubJob } from "../support/stubServer.js";

describe("what a node's owner sees", () => {
  it("counts since ever what the server counted, and what was accepted since", async () => {
    const server = await openStubServer();
    server.totals = { jobs: 7, units: 90 };
    const { node } = joinStub(server);
    await server.call("register");
    await vi.waitFor(() => expect(node.status.total).toEqual({ jobs: 7, units: 90 }));
    server.offer(stubJob());
    await server.call("result");
    await vi.waitFor(() => expect(node.status.completed).toBe(1));
    expect(node.status).toMatchObject({ total: { jobs: 8, units: 91 }, server: server.url });
  });

  it("is why work in line was not for this node", async () => {
    const server = await openStubServer();
    server.skipped = { "sample-rate-too-high": 3 };
    const { node } = joinStub(server);
    await server.call("lease");
    const reasons = { "sample-rate-too-high": 3 };
    await vi.waitFor(() => expect(node.status.skipped).toMatchObject({ reasons }));
  });

  it("is the last error: of its engine, and of a server that is away", async () => {
    const server = await openStubServer();
    const engine = new HandEngine();
    engine.hold();
    const { node } = joinStub(server, engine);
    server.offer(stubJob());
    await server.call("lease");
    await vi.waitFor(() => expect(engine.requests).toHaveLength(1));
    engine.fail(new Error("out of memory"));
    await server.call("fail");
    expect(node.status.lastError?.message).toBe("A loop was not made: out of memory.");
    server.close();
    await vi.waitFor(() =>
      expect(node.status.lastError?.message).toMatch(
        /can't be reached: .*\. Trying again in 1\.0 s\.$/,
      ),
    );
    expect(node.status.state).toBe("unreachable");
  });

  it("is that another machine has its key, as long as the server says so", async () => {
    const server = await openStubServer();
    server.heartbeatInterval = 1;
    server.notice = "key-in-use-elsewhere";
    const { node } = joinStub(server);
    await vi.waitFor(() => expect(node.status.notice).toMatch(/give it a key of its own/), 5000);
    // A poll that began before it says nothing of it.
    server.offer(stubJob());
    await server.call("result");
    expect(node.status.notice).not.toBeNull();
    server.notice = undefined;
    await vi.waitFor(() => expect(node.status.notice).toBeNull(), 5000);
  });

  it("is that this one was turned away for another, and what to do", async () => {
    const server = await openStubServer();
    server.putOff("register", 409, "NODE_KEY_IN_USE", "1");
    const { node } = joinStub(server);
    await server.call("register");
    await vi.waitFor(() => expect(node.status.state).toBe("displaced"));
    expect(node.status.lastError?.message).toContain("The stub says no");
    // The other one is gone.
    await server.call("register", 2);
    await vi.waitFor(() => expect(node.status.state).toBe("idle"));
  });
});

describe("Retry-After", () => {
  it.each([
    ["challenge", 429, "RATE_LIMITED"],
    ["register", 503, "UNAVAILABLE"],
    ["lease", 429, "RATE_LIMITED"],
    ["result", 503, "BUSY"],
  ] as const)("is kept after %s was answered %d", async (what, status, code) => {
    const server = await openStubServer();
    server.putOff(what, status, code, "2");
    server.offer(stubJob());
    joinStub(server);
    // Of each call but a challenge, the next of its kind comes once it may.
    const [first, second] = [await server.call(what), await server.call(what, 2)];
    expect(second.atMs - first.atMs).toBeGreaterThan(1950);
  });

  it.each([
    ["7", 7000],
    ["Mon, 30 Nov 2026 12:00:10 GMT", 10_000],
    ["Mon, 30 Nov 2026 11:00:00 GMT", 0],
    ["soon", 0],
    ["-5", 0],
    ["99999999999999999999", 86_400_000],
  ])("is read as seconds or a date: %s", (value, ms) => {
    expect(readRetryAfter(value, Date.parse("2026-11-30T12:00:00Z"))).toBe(ms);
  });
});

describe("a line of the log", () => {
  const lines: string[] = [];
  const log = createNodeLog({ level: "info", format: "text" }, (text) => lines.push(text));

  it("is a sentence with its time, and one line whatever a server wrote", () => {
    log.info({ units: 3 }, "Made a loop.");
    log.error({ err: new Error("x") }, "refused: a\nb\u001b[31m");
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ Made a loop\.\n$/);
    expect(lines[1]).toMatch(/Z \[ERROR\] refused: a b \[31m\n$/);
  });

  it("shows a stack to those who ask for it", () => {
    const line = JSON.stringify({
      level: 40,
      time: "2026-11-30T12:00:00.123Z",
      msg: "m",
      err: { stack: "at x" },
    });
    expect(sentenceOf(line, true)).toBe("2026-11-30 12:00:00Z [WARN] m\nat x\n");
    expect(sentenceOf(line, false)).toBe("2026-11-30 12:00:00Z [WARN] m\n");
  });

  it("says why a call failed in words", async () => {
    const refused = await fetch("http://127.0.0.1:1/").catch((error: unknown) => error);
    expect(reasonOf(refused)).toMatch(/nothing listens there|bad port/);
    expect(reasonOf(new Error("a\nb"))).toBe("a b");
    expect(skippedLines({ stems: 1 })).toEqual([
      "1 loop needs stems, which this node does not make (NODE_STEMS)",
    ]);
  });
});
