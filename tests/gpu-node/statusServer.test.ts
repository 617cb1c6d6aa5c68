import { describe, expect, it, onTestFinished } from "vitest";
import type { NodeStatus } from "../../gpu-node/node.js";
import { serveStatus } from "../../gpu-node/statusServer.js";

const idle: NodeStatus = {
  state: "idle",
  workerId: "0190a6b2-0000-7000-8000-000000000000",
  job: undefined,
  completed: 3,
  refused: 1,
};

async function open(status: NodeStatus) {
  const server = await serveStatus({ host: "127.0.0.1", port: 0 }, { status });
  onTestFinished(() => server.close());
  return (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
}

describe("the status server of a node", () => {
  it.each(["idle", "busy", "draining"] as const)(
    "says that a node that is %s is well",
    async (state) => {
      const get = await open({ ...idle, state });
      const answer = await get("/health");
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: "healthy" });
    },
  );

  it.each(["starting", "unreachable"] as const)("says 503 for one that is %s", async (state) => {
    const get = await open({ ...idle, state });
    const answer = await get("/health");
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: state });
  });

  it("shows what the node does", async () => {
    const get = await open({ ...idle, state: "busy", job: { startedAtMs: 5, progress: 0.25 } });
    const answer = await get("/status");
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toMatchObject({
      state: "busy",
      completed: 3,
      job: { progress: 0.25 },
    });
  });

  it("has nothing else", async () => {
    const get = await open(idle);
    expect((await get("/")).status).toBe(404);
    expect((await get("/status/../keys")).status).toBe(404);
  });
});
