import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OpenCalls } from "../../api/openCalls.js";
import { openCallsPerAccountMax, openCallsPerBlockMax } from "../../domain/limits.js";
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
  it("are so many per account, and those that are closed count no more", async () => {
    const { data } = await call(server, "POST", "/generate", {
      body: { prompt: "dub techno", generation_duration: 1 },
      key: account.apiKey,
      headers: { prefer: "respond-async" },
    });
    const follow = async () => {
      const closing = new AbortController();
      const headers = { "x-api-key": account.apiKey };
      const url = `${server.url}${data["events_url"]}`;
      // Kept, since the stream of an answer that nobody holds is ended as garbage.
      const answer = await fetch(url, { headers, signal: closing.signal });
      return { answer, status: answer.status, close: () => closing.abort() };
    };
    const open = [];
    for (let n = 0; n < openCallsPerAccountMax; n += 1) open.push(await follow());
    expect(new Set(open.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await follow()).status).toBe(429);
    for (const { close } of open) close();
    // The server hears of it in its own time.
    let next = await follow();
    while (next.status === 429) next = await follow();
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
