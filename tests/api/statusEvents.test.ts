import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { statusEvents } from "../../api/routes/generate/statusEvents.js";
import { load } from "../../commands/handle.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { generationStream } from "../../domain/generation/events.js";
import { foundTogetherMs } from "../../domain/limits.js";
import { removeNode } from "../../platform/redis/nodes.js";
import { type Account, call, makeAccount } from "../support/account.js";
import { openServer, type TestServer } from "../support/server.js";
import { joinNode } from "../support/testNode.js";

const streamsOfEach = 30;
const ticks = 5;

let server: TestServer;
let account: Account;
beforeAll(async () => {
  server = await openServer();
  account = await makeAccount(server);
});
afterAll(() => server.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function order() {
  const { data } = await call(server, "POST", "/generate", {
    body: { prompt: "dub techno", generation_duration: 1, model: "gluten-v1" },
    key: account.apiKey,
    headers: { prefer: "respond-async" },
  });
  const generationId = String(data["request_id"]);
  const { state } = await load(server.store, generationDecider, { generationId });
  if (state.status !== "open") throw new Error("It is not open.");
  return { generationId, userId: state.request.data.private.userId };
}

type Own = Awaited<ReturnType<typeof order>>;

/** One look of one stream. */
async function look(own: Own): Promise<unknown> {
  const events = statusEvents(server.deps, own, new AbortController().signal);
  const { value } = await events.next();
  await events.return(undefined);
  return value;
}

const lookOften = (owns: readonly Own[]) =>
  Promise.all(owns.flatMap((own) => Array.from({ length: streamsOfEach }, () => look(own))));

describe("each second of many streams of work that waits", () => {
  it("costs one look at the nodes, one at the line and one at each place, whether a node is there or not", async () => {
    const others = await Promise.all([joinNode(server), joinNode(server)]);
    const { nodeId } = await joinNode(server, { models: ["gluten-v1"] });
    const owns = [await order(), await order()];
    const readNodes = vi.spyOn(server.redis, "hkeys");
    const readNode = vi.spyOn(server.redis, "hgetall");
    const query = vi.spyOn(server.readDb, "selectFrom");
    const countLooks = () => ({
      nodes: readNodes.mock.calls.filter(([key]) => key === "nodes").length,
      node: readNode.mock.calls.filter(([key]) => String(key).startsWith("node:")).length,
      queries: query.mock.calls.filter(([table]) => String(table) === "read_generation").length,
    });
    for (const known of [others.length + 1, others.length]) {
      for (const spy of [readNodes, readNode, query]) spy.mockClear();
      for (let tick = 1; tick <= ticks; tick += 1) {
        vi.advanceTimersByTime(foundTogetherMs);
        for (const event of await lookOften(owns)) expect(event).toMatch(/"status":"queued"/);
        const queries = tick * (owns.length + 1);
        expect(countLooks()).toEqual({ nodes: tick, node: tick * known, queries });
      }
      await removeNode(server.redis, nodeId);
    }
  });

  it("reads no generation again before something happened to it", async () => {
    const own = await order();
    const read = vi.spyOn(server.store, "read");
    const reads = () =>
      read.mock.calls.filter(([stream]) => stream === generationStream(own.generationId)).length;
    let looks = 0;
    const placeInLine = async () => {
      looks += 1;
      return { position: looks };
    };
    const deps = { ...server.deps, placeInLine };
    const events = statusEvents(deps, own, new AbortController().signal);
    // Each look finds another place, so each is an event.
    for (let look = 1; look <= 3; look += 1) {
      expect((await events.next()).value).toContain(`"position":${look}`);
    }
    expect(reads()).toBe(1);
    await call(server, "DELETE", `/generate/${own.generationId}`, { key: account.apiKey });
    read.mockClear();
    let last = "";
    for await (const event of events) last = event;
    expect(last).toContain('"status":"cancelled"');
    expect(reads()).toBeLessThanOrEqual(2);
  });
});
