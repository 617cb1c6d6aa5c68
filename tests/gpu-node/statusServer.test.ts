import { request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import type { NodeStatus } from "../../gpu-node/node.js";
import { isMeantForUs } from "../../gpu-node/statusHost.js";
import { serveStatus } from "../../gpu-node/statusServer.js";

const idle: NodeStatus = {
  state: "idle",
  workerId: "0190a6b2-0000-7000-8000-000000000000",
  job: undefined,
  completed: 3,
  refused: 1,
  total: { jobs: 41, units: 612 },
  skipped: { at: "2026-11-30T12:00:00.000Z", reasons: { "too-long": 2, "of-the-future": 1 } },
  lastError: { at: "2026-11-30T11:00:00.000Z", message: "refused: <b>no</b>" },
  server: "https://obsidian.example",
  engine: "synth",
  models: ["synth-1"],
  softwareVersion: "0.1.0",
  limits: { audioSecondsMax: 20, sampleRateMax: 96_000, stems: ["drums"] },
  restsUntil: null,
  notice: null,
};

async function open(status: NodeStatus) {
  const server = await serveStatus({ host: "127.0.0.1", port: 0 }, { status });
  onTestFinished(() => server.close());
  return (path: string, headers = {}) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { headers });
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

  it.each(["starting", "unreachable", "displaced"] as const)(
    "says 503 for one that is %s",
    async (state) => {
      const get = await open({ ...idle, state });
      const answer = await get("/health");
      expect(answer.status).toBe(503);
      expect(await answer.json()).toEqual({ status: state });
    },
  );

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

  it("shows its owner everything, in JSON", async () => {
    const get = await open(idle);
    expect(await (await get("/status")).json()).toEqual({ ...idle, job: undefined });
  });

  it("shows the same as a page, in which nothing that a server wrote can act", async () => {
    const get = await open({ ...idle, notice: "Another machine has <this> key" });
    const answer = await get("/status", { accept: "text/html,application/xhtml+xml" });
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src/);
    const page = await answer.text();
    for (const shown of [
      ...["https://obsidian.example", "41 loops, 612 units", "3 loops accepted, 1 not"],
      ...["up to 20 s, up to 96000 Hz", "drums", "synth (synth-1), version 0.1.0"],
      "2 loops need more seconds than this node lends (NODE_MAX_SECONDS); 1 loop needs of-the-future",
      ...["refused: &lt;b&gt;no&lt;/b&gt;", "Another machine has &lt;this&gt; key"],
    ]) {
      expect(page).toContain(shown);
    }
  });

  it("has nothing else", async () => {
    const get = await open(idle);
    expect((await get("/")).status).toBe(404);
    expect((await get("/status/../keys")).status).toBe(404);
  });

  it("tells a page of another site nothing, whose name was made to lead here", async () => {
    const server = await serveStatus({ host: "127.0.0.1", port: 0 }, { status: idle });
    onTestFinished(() => server.close());
    const ask = (host: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const options = { port: server.port, path: "/status", headers: { host } };
        const asking = request({ ...options, host: "127.0.0.1" }, (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode));
        });
        asking.on("error", reject).end();
      });
    expect(await ask("rebound.example")).toBe(421);
    expect(await ask(`localhost:${server.port}`)).toBe(200);
  });

  it.each([
    ["localhost", "127.0.0.1", true],
    ["LocalHost:8001", "127.0.0.1", true],
    ["[::1]:8001", "127.0.0.1", true],
    ["127.0.0.1.rebound.example", "127.0.0.1", false],
    ["192.168.1.5:8001", "127.0.0.1", false],
    ["192.168.1.5:8001", "192.168.1.5", true],
    ["studio.lan:8001", "studio.lan", true],
    ["192.168.1.5:8001", "0.0.0.0", true],
    ["[fd00::5]:8001", "::", true],
    ["rebound.example:8001", "0.0.0.0", false],
    ["user@localhost:bad", "127.0.0.1", false],
    [undefined, "127.0.0.1", false],
  ])("takes a request for %s, where it listens at %s: %s", (host, listensAt, isTaken) => {
    expect(isMeantForUs(host, listensAt)).toBe(isTaken);
  });
});
