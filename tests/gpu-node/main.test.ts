import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStubServer, type StubServer, stubJob } from "../support/stubServer.js";
import { temporaryFolder } from "../support/temporaryFolder.js";

interface Started {
  readonly child: ChildProcess;
  readonly statusUrl: string;
}

/** A real node, and the port of its status server once it has registered. */
async function start({ url }: StubServer, dataDir: string): Promise<Started> {
  const child = spawn(process.execPath, ["--import", "tsx", "gpu-node/main.ts"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      PATH: process.env["PATH"],
      OBSIDIAN_SERVER_URL: url,
      NODE_DATA_DIR: dataDir,
      NODE_PORT: "0",
    },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [{ port }] = await once(child, "message");
  return { child, statusUrl: `http://127.0.0.1:${port}` };
}

async function stop({ child }: Started): Promise<unknown> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const [code] = await exited;
  return code;
}

describe("the process of a node", () => {
  it("at SIGTERM finishes its job, hands it in, says that it goes and ends well", async () => {
    const server = await openStubServer();
    const started = await start(server, temporaryFolder());
    const job = stubJob({ frames: 30 * 48_000, prompt: "cinematic" });
    server.offer(job);
    await server.call("lease");
    expect(await stop(started)).toBe(0);
    const result = await server.call("result");
    expect(result).toMatchObject({ jobId: job.job_id, status: 200 });
    expect(server.callsOf("lease")).toHaveLength(1);
    const last = server.calls.at(-1);
    expect(JSON.parse(last?.body.toString() ?? "")).toMatchObject({ status: "draining" });
  }, 120_000);

  it("is the same worker after a restart, and shows how it is", async () => {
    const server = await openStubServer();
    const dataDir = temporaryFolder();
    const first = await start(server, dataDir);
    expect((await fetch(`${first.statusUrl}/health`)).status).toBe(200);
    const status = await (await fetch(`${first.statusUrl}/status`)).json();
    expect(status).toMatchObject({ state: "idle", completed: 0, refused: 0 });
    expect(await stop(first)).toBe(0);
    await start(server, dataDir);
    const keys = server
      .callsOf("register")
      .map(({ body }) => JSON.parse(body.toString()).public_key);
    expect(keys).toHaveLength(2);
    expect(keys[1]).toBe(keys[0]);
  }, 120_000);
});
