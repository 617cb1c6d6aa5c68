import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Redis } from "ioredis";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Environment } from "../../platform/config/environment.js";
import { findRunningInstance } from "../../scripts/runningInstance.js";
import { isRunning } from "../../scripts/supervisor/processIdentity.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { Terminal } from "../support/terminal.js";

const startSecondsMax = 180;
const healthy = { status: "healthy", service: "obsidian-central-server" };

/** `npm start` as at a terminal, on a data folder of the test. */
function npmStart(dataDir: string, args: readonly string[] = [], environment: Environment = {}) {
  const { VITEST: _, ...inherited } = process.env;
  return new Terminal("npm", ["start", "--", "--data", dataDir, ...args], {
    env: { ...inherited, PORT: "", APP_ENV: "", ...environment },
  });
}

const pidsIn = (dataDir: string): number[] =>
  readdirSync(join(dataDir, "pids")).map((name) =>
    Number.parseInt(readFileSync(join(dataDir, "pids", name), "utf8"), 10),
  );

/** What a test writes into the running servers, or finds there. */
async function servers(dataDir: string) {
  const { DATABASE_URL = "", REDIS_URL = "" } = findRunningInstance(dataDir)?.environment ?? {};
  const database = await createConnection(DATABASE_URL);
  const redis = new Redis(REDIS_URL);
  const close = async () => {
    await database.end();
    await redis.quit();
  };
  return { database, redis, close };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function openToOthers(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => {
    const status = statSync(join(folder, path));
    return (status.mode & 0o007) !== 0 && !status.isSocket(); // A socket's mode is for show.
  });
}

/** What we say, without what npm does. */
async function complaint(terminal: Terminal): Promise<string> {
  expect(await terminal.ended).toBe(1);
  return terminal.lines.filter((line) => !/^(>|npm |$)/.test(line)).join("\n");
}

const health = async (port: number): Promise<unknown> =>
  (await fetch(`http://localhost:${port}/health`)).json();

/** One data folder through a day: each test goes on where the one before it ended. */
describe("npm start", { timeout: startSecondsMax * 1000 }, () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), "obsidian-start-")), "data");
  let port = 0;
  let running: Terminal;

  async function start(...args: readonly string[]): Promise<void> {
    running = npmStart(dataDir, ["--port", String(port), ...args]);
    await running.line(/Stop with Ctrl-C/);
  }

  beforeAll(async () => {
    port = await reservePort();
    await start();
  }, startSecondsMax * 1000);

  afterAll(async () => {
    const supervisor = findRunningInstance(dataDir)?.pid;
    if (supervisor !== undefined) process.kill(supervisor, "SIGKILL");
    await new Supervisor(dataDir, () => undefined).stopLeftovers();
    rmSync(dirname(dataDir), { recursive: true });
  });

  it("answers, and says where everything is", async () => {
    expect(running.output).toContain(`Server   http://localhost:${port}`);
    expect(await health(port)).toMatchObject(healthy);
  });

  it("lets nobody else look into its data", () => {
    expect(openToOthers(dataDir)).toEqual([]);
  });

  it("refuses a second one on the same data", async () => {
    const second = npmStart(dataDir, ["--port", String(await reservePort())]);
    expect(await complaint(second)).toMatch(
      /^\S+ is in use by another npm start \(pid \d+\)\. Stop that one.*DIR\.$/,
    );
  });

  it("brings a killed process back", async () => {
    const apiPid = readFileSync(join(dataDir, "pids", "api.pid"), "utf8");
    process.kill(Number.parseInt(apiPid, 10), "SIGKILL");
    await running.line(/^api ended with signal SIGKILL; starting again in 1 s/);
    await running.line(/^api runs again/);
    expect(await health(port)).toMatchObject(healthy);
  });

  it("stops on Ctrl-C without a trace", async () => {
    const { database, redis, close } = await servers(dataDir);
    await database.query("CREATE TABLE kept (id INT)");
    await database.query("INSERT INTO kept VALUES (42)");
    await redis.set("kept", "42");
    await close();
    const pids = pidsIn(dataDir);
    expect(pids.length).toBeGreaterThanOrEqual(8);
    running.child.kill("SIGINT");
    expect(await running.ended).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await isFree(port)).toBe(true);
    expect(findRunningInstance(dataDir)).toBeUndefined();
  });

  it("resumes with all data", async () => {
    await start();
    const { database, redis, close } = await servers(dataDir);
    const [rows] = await database.query<RowDataPacket[]>("SELECT id FROM kept");
    expect(rows).toEqual([{ id: 42 }]);
    expect(await redis.get("kept")).toBe("42");
    await close();
  });

  it("starts again over what a killed one left", async () => {
    const orphans = pidsIn(dataDir);
    process.kill(findRunningInstance(dataDir)?.pid ?? 0, "SIGKILL");
    await running.ended;
    // What it left includes a node; this time none is wanted.
    await start("--no-node");
    expect(orphans.filter(isRunning)).toEqual([]);
    expect(pidsIn(dataDir)).toHaveLength(orphans.length - 1);
    expect(running.output).toContain(`Node     none here; http://localhost:${port}/run-a-node`);
    expect(await health(port)).toMatchObject(healthy);
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(0);
  });
});

describe("two of them on one machine", { timeout: 2 * startSecondsMax * 1000 }, () => {
  async function startDemo(dataDir: string): Promise<Terminal> {
    const terminal = npmStart(dataDir, ["--demo", "--port", String(await reservePort())]);
    onTestFinished(() => void terminal.child.kill("SIGINT"));
    await terminal.line(/Stop with Ctrl-C/);
    return terminal;
  }

  async function stop(terminal: Terminal): Promise<void> {
    terminal.child.kill("SIGINT");
    expect(await terminal.ended).toBe(0);
  }

  const shown = (terminal: Terminal, name: string): string | undefined =>
    new RegExp(`^ +${name} +(\\S+)`, "m").exec(terminal.output)?.[1];

  it("both come up when they start at the same moment, and each keeps its demo user", async () => {
    const folders = [join(temporaryFolder(), "data"), join(temporaryFolder(), "data")] as const;
    const [one, other] = await Promise.all([startDemo(folders[0]), startDemo(folders[1])]);
    for (const name of ["Metrics", "Node"]) {
      const [url = "", otherUrl = ""] = [shown(one, name), shown(other, name)];
      expect(url).not.toBe(otherUrl);
      for (const each of [url, otherUrl]) expect((await fetch(each)).status).toBe(200);
    }
    const { METRICS_PORT } = findRunningInstance(folders[0])?.environment ?? {};
    expect(shown(one, "Metrics")).toContain(`:${METRICS_PORT}/`);
    expect(shown(one, "API key")).not.toBe(shown(other, "API key"));
    await Promise.all([stop(one), stop(other)]);

    const again = await startDemo(folders[0]);
    for (const name of ["E-mail", "Password", "API key"]) {
      expect(shown(again, name)).toBe(shown(one, name));
    }
    await stop(again);
  });
});

describe("npm start refuses in one line", () => {
  it("a busy port, before anything is started", async () => {
    const port = await reservePort();
    const busy = createServer();
    await new Promise<void>((resolve) => busy.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void busy.close());
    const dataDir = join(temporaryFolder(), "data");
    expect(await complaint(npmStart(dataDir, ["--port", String(port)]))).toBe(
      `Port ${port} on 127.0.0.1 is in use by another program. ` +
        `Choose another: npm start -- --port ${port + 1}`,
    );
    expect(readdirSync(join(dataDir, "logs"))).toEqual([]);
  });

  it("a port that is none", async () => {
    const text = await complaint(npmStart(join(temporaryFolder(), "data"), ["--port", "http"]));
    expect(text).toMatch(/right .*:\n {2}PORT must be a whole number from 0 to 65535\.$/);
  });

  it("an unknown option, with the way to help", async () => {
    const text = await complaint(npmStart(join(temporaryFolder(), "data"), ["--prot", "80"]));
    expect(text).toMatch(/--prot.* Add --help/);
  });

  it("a demo user in production", async () => {
    const production = { APP_ENV: "production" };
    const text = await complaint(npmStart(join(temporaryFolder(), "data"), ["--demo"], production));
    expect(text).toMatch(/^--demo .* never in production\.$/);
  });

  it("private servers and made-up secrets in production", async () => {
    const dataDir = join(temporaryFolder(), "data");
    const text = await complaint(npmStart(dataDir, [], { APP_ENV: "production" }));
    for (const name of ["APP_SECRET", "JWT_SECRET", "EVENTSTORE_URL", "REDIS_URL"]) {
      expect(text).toContain(`${name} is not set`);
    }
    expect(readdirSync(dataDir)).not.toContain("secrets.json");
  });
});
