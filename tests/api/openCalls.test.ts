import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpenCalls } from "../../api/openCalls.js";
import {
  openCallsPerAccountMax,
  openCallsPerBlockMax,
  openStreamsPerGenerationMax,
} from "../../domain/limits.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode } from "../support/testNode.js";

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
  await joinNode(server);
});
afterAll(() => server.close());

const refused = expect.objectContaining({ code: "TOO_MANY_WAITING" });

describe("streams of events", () => {
  it("are so many per generation and account, and those that are closed count no more", async () => {
    const order = async () => {
      const { data } = await call(server, "POST", "/generate", {
        body: { prompt: "dub techno", generation_duration: 1 },
        key: account.apiKey,
        headers: { prefer: "respond-async" },
      });
      return String(data["events_url"]);
    };
    const follow = async (path: string) => {
      const closing = new AbortController();
      const headers = { "x-api-key": account.apiKey };
      // Kept, since the stream of an answer that nobody holds is ended as garbage.
      const answer = await fetch(`${server.url}${path}`, { headers, signal: closing.signal });
      return { answer, status: answer.status, close: () => closing.abort() };
    };
    const open = [];
    let path = await order();
    while (open.length < openCallsPerAccountMax) {
      const stream = await follow(path);
      expect(stream.status).toBe(200);
      open.push(stream);
      if (open.length % openStreamsPerGenerationMax !== 0) continue;
      const { answer } = await follow(path);
      expect(answer.status).toBe(429);
      expect(answer.headers.get("retry-after")).toBe("5");
      expect(await answer.json()).toMatchObject({ error: { code: "TOO_MANY_WAITING" } });
      path = await order();
    }
    expect((await follow(path)).status).toBe(429);
    for (const { close } of open) close();
    // The server hears of it in its own time.
    let next = await follow(path);
    while (next.status === 429) next = await follow(path);
    expect(next.status).toBe(200);
    next.close();
  });

  it("of somebody else's generation leave nothing open", async () => {
    const path = "/generate/00000000-0000-4000-8000-000000000000/events";
    for (let n = 0; n <= openCallsPerAccountMax; n += 1) {
      expect((await call(server, "GET", path, { key: account.apiKey })).status).toBe(404);
    }
  });
});

describe("calls that are kept open", () => {
  const enter = (calls: OpenCalls, userId: string, block = "here") =>
    calls.enter({ kind: "audio", userId, block });

  it("count by account and kind, and once they end no more, however often that is said", () => {
    const calls = new OpenCalls();
    const leaves = Array.from({ length: openCallsPerAccountMax }, () => enter(calls, "ana"));
    expect(() => enter(calls, "ana", "elsewhere")).toThrow(refused);
    calls.enter({ kind: "events", userId: "ana", block: "here" });
    leaves[0]?.();
    leaves[0]?.();
    enter(calls, "ana");
    expect(() => enter(calls, "ana")).toThrow(refused);
  });

  it("count by generation too, and nobody uses up those of somebody else's", () => {
    const calls = new OpenCalls();
    const follow = (userId: string, generationId: string) =>
      calls.enter({ kind: "events", userId, block: "here", generationId });
    const leaves = Array.from({ length: openStreamsPerGenerationMax }, () => follow("ana", "one"));
    expect(() => follow("ana", "one")).toThrow(refused);
    follow("ana", "another");
    follow("ben", "one");
    leaves[0]?.();
    follow("ana", "one");
    expect(() => follow("ana", "one")).toThrow(refused);
  });

  it("use up their block's share, which keeps out no neighbour's first", () => {
    const calls = new OpenCalls();
    for (let n = 0; n < openCallsPerBlockMax; n += 1) {
      enter(calls, `user ${Math.floor(n / openCallsPerAccountMax)}`);
    }
    const leave = enter(calls, "honest");
    expect(() => enter(calls, "honest")).toThrow(refused);
    expect(() => enter(calls, "honest", "elsewhere")).not.toThrow();
    leave();
    expect(() => enter(calls, "another")).not.toThrow();
  });
});
