import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it, onTestFinished } from "vitest";
import { mariaDbUrl, prepareMariaDb } from "../../scripts/supervisor/mariaDb.js";
import { isRunning } from "../../scripts/supervisor/processIdentity.js";
import { prepareRedis, redisUrl } from "../../scripts/supervisor/redis.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import type { ProcessSpec } from "../../scripts/supervisor/runningProcess.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";
import { until } from "../../scripts/supervisor/until.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

/** Longer than the 107 bytes of a Unix socket's path, with what confuses shells. */
const deepFolder = () => join(temporaryFolder(), "a folder of Zoë's", "x".repeat(110));

async function running(spec: ProcessSpec): Promise<Supervisor> {
  const supervisor = new Supervisor(temporaryFolder(), () => undefined);
  onTestFinished(() => supervisor.kill());
  await supervisor.start(spec);
  return supervisor;
}

async function query(url: string, statement: string): Promise<RowDataPacket[]> {
  const connection = await createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    connection.destroy();
  }
}

describe("a private MariaDB", () => {
  it("keeps its rows over a restart with another password, deep in any folder", async () => {
    const folder = deepFolder();
    const first = { folder, port: await reservePort(), password: "first" };
    const before = await running(prepareMariaDb({ ...first, durability: "durable" }));
    await query(mariaDbUrl(first), "CREATE TABLE obsidian_vault.kept (id INT)");
    await query(mariaDbUrl(first), "INSERT INTO obsidian_vault.kept VALUES (42)");
    await before.stop();

    const second = { folder, port: await reservePort(), password: "second" };
    const after = await running(prepareMariaDb({ ...second, durability: "durable" }));
    const rows = await query(mariaDbUrl(second), "SELECT id FROM obsidian_vault.kept");
    expect(rows).toEqual([{ id: 42 }]);
    await expect(query(mariaDbUrl({ ...second, password: "first" }), "SELECT 1")).rejects.toThrow(
      "Access denied",
    );
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await after.stop();
  });

  it("syncs each commit, speaks UTC and utf8mb4, and gives the app its own databases only", async () => {
    const folder = temporaryFolder();
    const options = { folder, port: await reservePort(), password: "secret" };
    const server = await running(prepareMariaDb({ ...options, durability: "durable" }));
    const url = mariaDbUrl(options);
    const [settings] = await query(
      url,
      `SELECT @@innodb_flush_log_at_trx_commit AS sync, @@global.time_zone AS zone,
        @@collation_server AS collation, @@bind_address AS address`,
    );
    expect(settings).toEqual({
      sync: 1,
      zone: "+00:00",
      collation: "utf8mb4_bin",
      address: "127.0.0.1",
    });
    await query(url, "CREATE DATABASE obsidian_shadow_ops");
    for (const name of ["other", "obsidianX", "mysql_copy"]) {
      await expect(query(url, `CREATE DATABASE ${name}`)).rejects.toThrow("Access denied");
    }
    await expect(query(url, "SELECT * FROM mysql.global_priv")).rejects.toThrow("denied");
    for (const password of ["", "root", "invalid"]) {
      const root = new URL(mariaDbUrl({ ...options, password }));
      root.username = "root";
      await expect(query(root.href, "SELECT 1")).rejects.toThrow("Access denied");
    }
    await server.stop();
  });
});

describe("MariaDB's first start", () => {
  /** Written to until the test is over, as by the process of a start that was interrupted. */
  function writingInto(folder: string): void {
    const script = `mkdir -p "$1" && while :; do : > "$1/$$.$i"; i=$((i + 1)); done`;
    const writer = spawn("sh", ["-c", script, "sh", folder], { stdio: "ignore" });
    onTestFinished(() => void writer.kill("SIGKILL"));
  }

  it("bears that an interrupted one still writes, and uses no temporary folder of others", async () => {
    const folder = temporaryFolder();
    const interrupted = join(folder, "unfinished-before");
    writingInto(interrupted);
    expect(await until(() => existsSync(interrupted), { withinMs: 10_000 })).toBe(true);
    const options = { folder, port: await reservePort(), password: "secret" };
    const server = await running(prepareMariaDb({ ...options, durability: "durable" }));
    const [row] = await query(mariaDbUrl(options), "SELECT @@tmpdir AS tmpdir");
    expect(row).toEqual({ tmpdir: "../tmp" });
    expect(existsSync(join(folder, "tmp"))).toBe(true);
    await server.stop();
  });

  it("unpacks what one before installed, and nobody else can look in", async () => {
    const folder = temporaryFolder();
    const supervisor = new Supervisor(folder, () => undefined);
    onTestFinished(() => supervisor.kill());
    const startNew = async (name: string): Promise<number> => {
      const options = { folder: join(folder, name), port: await reservePort(), password: "secret" };
      await supervisor.start({ ...prepareMariaDb({ ...options, durability: "fast" }), name });
      expect(await query(mariaDbUrl(options), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
      return statSync(join(folder, "logs", "mariaDbData.log")).size;
    };
    const installed = await startNew("one");
    expect(await startNew("other")).toBe(installed); // Unpacking has nothing to say.
    for (const path of ["data", "data/mysql", "data/ibdata1"]) {
      expect(statSync(join(folder, "other", path)).mode & 0o077).toBe(0);
    }
    await supervisor.stop();
  });
});

describe("a private Redis", () => {
  it("keeps its keys over a restart, and lets nobody in without the password", async () => {
    const folder = deepFolder();
    const first = { folder, port: await reservePort(), password: "first" };
    const before = await running(prepareRedis(first));
    const redis = new Redis(redisUrl(first));
    await redis.set("kept", "42");
    expect(await redis.config("GET", "maxmemory-policy")).toEqual([
      "maxmemory-policy",
      "noeviction",
    ]);
    expect(await redis.config("GET", "bind")).toEqual(["bind", "127.0.0.1"]);
    await redis.quit();
    const stranger = new Redis(first.port, { retryStrategy: () => null });
    stranger.on("error", () => undefined);
    await expect(stranger.get("kept")).rejects.toThrow("NOAUTH");
    stranger.disconnect();
    await before.stop();

    const second = { folder, port: await reservePort(), password: "second" };
    const after = await running(prepareRedis(second));
    const again = new Redis(redisUrl(second));
    expect(await again.get("kept")).toBe("42");
    await again.quit();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    await after.stop();
  });
});

describe("private servers", () => {
  it("end with their supervisor, also when that is killed, and lose nothing", async () => {
    const folder = temporaryFolder();
    const ports = [await reservePort(), await reservePort()];
    const [mariaDbPort = 0, redisPort = 0] = ports;
    const password = "a-password";
    const args = [folder, ...ports.map(String)];
    const killed = runScript("tests/support/servingPrivately.ts", args);
    await killed.line(/^serving$/);
    const url = mariaDbUrl({ port: mariaDbPort, password });
    await query(url, "CREATE TABLE kept (id INT)");
    await query(url, "INSERT INTO kept VALUES (42)");
    const pids = ["mariaDb", "redis"].map((name) =>
      Number.parseInt(readFileSync(join(folder, "pids", `${name}.pid`), "utf8"), 10),
    );
    expect(pids.every(isRunning)).toBe(true);
    killed.child.kill("SIGKILL");
    expect(await until(() => !pids.some(isRunning), { withinMs: 60_000 })).toBe(true);
    expect(await isFree(mariaDbPort)).toBe(true);
    expect(await isFree(redisPort)).toBe(true);

    const again = { folder: join(folder, "mariadb"), port: mariaDbPort, password };
    const server = await running(prepareMariaDb({ ...again, durability: "durable" }));
    expect(await query(url, "SELECT id FROM kept")).toEqual([{ id: 42 }]);
    await server.stop();
  });

  async function isFree(port: number): Promise<boolean> {
    const socket = connect(port, "127.0.0.1");
    const isRefused = await once(socket, "connect").then(
      () => false,
      () => true,
    );
    socket.destroy();
    return isRefused;
  }
});
