import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { lockDataFolder } from "../../scripts/supervisor/dataLock.js";
import { endGuard } from "../../scripts/supervisor/guard.js";
import { backoffDefault, backoffMs } from "../../scripts/supervisor/keptProcess.js";
import { findRunning, isRunning, writePidFile } from "../../scripts/supervisor/processIdentity.js";
import type { ProcessSpec } from "../../scripts/supervisor/runningProcess.js";
import { startAll } from "../../scripts/supervisor/startInstallation.js";
import { Supervisor } from "../../scripts/supervisor/supervisor.js";
import { until } from "../../scripts/supervisor/until.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { runScript } from "../support/terminal.js";

const patienceMs = 20_000;

/** A supervisor on a folder of its own, what it said, and what its processes wrote down. */
function supervised(backoff = { firstMs: 10, maxMs: 1_000, healthyMs: 60_000 }) {
  const folder = temporaryFolder();
  const journal = join(folder, "journal");
  const said: string[] = [];
  const supervisor = new Supervisor(folder, (line) => said.push(line), backoff);
  onTestFinished(() => supervisor.kill());
  const child = (name: string, manner = "steady", more: Partial<ProcessSpec> = {}) => ({
    name,
    command: process.execPath,
    args: ["tests/support/child.mjs", name, journal, manner],
    environment: process.env,
    readiness: "message" as const,
    ...more,
  });
  const entries = () => readFileSync(journal, "utf8").trim().split("\n");
  const pidOf = (name: string) =>
    Number.parseInt(readFileSync(join(folder, "pids", `${name}.pid`), "utf8"), 10);
  return { folder, journal, said, supervisor, child, entries, pidOf };
}

const once = { readiness: "exit" } as const;

const happens = async (fact: () => boolean) =>
  expect(await until(fact, { withinMs: patienceMs })).toBe(true);

describe("the supervisor", () => {
  it("starts processes in order and stops them in reverse order", async () => {
    const { supervisor, child, entries } = supervised();
    await supervisor.start(child("one"));
    await supervisor.start(child("two"));
    await supervisor.stop();
    expect(entries()).toEqual(["one started", "two started", "two stopped", "one stopped"]);
  });

  it("starts each process of a table as soon as those it needs are ready", async () => {
    const { supervisor, child, entries } = supervised();
    const row = (spec: ProcessSpec, ...needs: readonly string[]) => ({ spec, needs });
    const database = child("database", "slow", { before: child("data", "oneShot", once) });
    await startAll(
      [row(database), row(child("mail")), row(child("api"), "database"), row(child("node"), "api")],
      supervisor,
    );
    const started = entries().filter((entry) => entry.endsWith("started"));
    expect(started.indexOf("data started")).toBeLessThan(started.indexOf("database started"));
    expect(started.indexOf("mail started")).toBeLessThan(started.indexOf("api started"));
    expect(started.slice(-2)).toEqual(["api started", "node started"]);
    await supervisor.stop();
    expect(entries().slice(-4, -2)).toEqual(["node stopped", "api stopped"]);
  });

  it("starts nothing that needs a process that could not start", async () => {
    const { supervisor, child, entries } = supervised();
    const table = [
      { spec: child("database", "broken"), needs: [] },
      { spec: child("api"), needs: ["database"] },
    ];
    await expect(startAll(table, supervisor)).rejects.toThrow("database could not start");
    await supervisor.stop();
    expect(entries()).toEqual(["database started"]);
  });

  it("starts a crashed process again, and says so", async () => {
    const { supervisor, child, said, entries, pidOf } = supervised();
    await supervisor.start(child("api"));
    const before = pidOf("api");
    process.kill(before, "SIGKILL");
    await happens(() => said.includes("api runs again."));
    expect(said[1]).toMatch(
      /^api ended with signal SIGKILL; starting again in 0\.01 s\. Its log: /,
    );
    expect(entries()).toEqual(["api started", "api started"]);
    expect(pidOf("api")).not.toBe(before);
    await supervisor.stop();
  });

  it("waits longer after each crash, and afresh after a healthy time", async () => {
    const crashThrice = async (healthyMs: number) => {
      const { supervisor, child, said, pidOf } = supervised({ firstMs: 10, maxMs: 30, healthyMs });
      const restarts = () => said.filter((line) => line === "api runs again.").length;
      await supervisor.start(child("api"));
      for (const count of [1, 2, 3]) {
        process.kill(pidOf("api"), "SIGKILL");
        await happens(() => restarts() === count);
      }
      await supervisor.stop();
      return said.flatMap((line) => /again in (\S+) s/.exec(line)?.[1] ?? []);
    };
    expect(await crashThrice(60_000)).toEqual(["0.01", "0.02", "0.03"]);
    expect(await crashThrice(0)).toEqual(["0.01", "0.01", "0.01"]);
  });

  it("doubles the wait from 1 s to 30 s", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((crashes) => backoffMs(crashes, backoffDefault));
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("refuses a process that ends before it is ready, with its last words", async () => {
    const { supervisor, child } = supervised();
    const start = supervisor.start(child("api", "broken"));
    await expect(start).rejects.toThrow(
      /^api could not start: it ended with code 7\. Its log, .*api\.log, ends:\n.*key/,
    );
    await expect(start).rejects.toThrow("there is no key");
  });

  it("refuses a process that is not ready in time", async () => {
    const { supervisor, child, pidOf } = supervised();
    const start = supervisor.start(child("api", "silent", { readySeconds: 0.3 }));
    await expect(start).rejects.toThrow("it was not ready after 0.3 s");
    const pid = pidOf("api");
    await supervisor.stop();
    expect(isRunning(pid)).toBe(false);
  });

  it("refuses a program that does not exist", async () => {
    const { supervisor, child } = supervised();
    const start = supervisor.start(child("api", "steady", { command: "/no/such/program" }));
    await expect(start).rejects.toThrow("ENOENT");
  });

  it("counts as ready what answers a ping", async () => {
    const { supervisor, child, journal } = supervised();
    await supervisor.start(child("db", "silent", { readiness: async () => existsSync(journal) }));
    await supervisor.stop();
  });

  it("waits for a one-shot process, and refuses when it fails", async () => {
    const { supervisor, child, entries } = supervised();
    await supervisor.start(child("init", "oneShot", { readiness: "exit" }));
    expect(entries()).toEqual(["init started"]);
    const broken = supervisor.start(child("init", "broken", { readiness: "exit" }));
    await expect(broken).rejects.toThrow("code 7");
  });

  it("ends a process that will not stop when its grace is over", async () => {
    const { supervisor, child, pidOf, entries } = supervised();
    await supervisor.start(child("api", "stubborn", { graceSeconds: 0.1 }));
    const pid = pidOf("api");
    await supervisor.stop();
    expect(isRunning(pid)).toBe(false);
    expect(entries()).toEqual(["api started", "api stopped"]);
  });

  it("ends at once whatever it is still waiting for, when it is asked to", async () => {
    const { supervisor, child, pidOf } = supervised();
    await supervisor.start(child("api", "stubborn"));
    const pid = pidOf("api");
    const stopped = supervisor.stop();
    supervisor.kill();
    await stopped;
    expect(isRunning(pid)).toBe(false);
  });

  it("leaves nothing behind of what a crashed process had started", async () => {
    const { supervisor, child, entries, pidOf, said } = supervised();
    await supervisor.start(child("api", "parent"));
    const grandchild = Number(/has child (\d+)/.exec(entries().join())?.[1]);
    expect(isRunning(grandchild)).toBe(true);
    process.kill(pidOf("api"), "SIGKILL");
    await happens(() => said.includes("api runs again."));
    await happens(() => !isRunning(grandchild));
    await supervisor.stop();
  });

  it("logs everything, and shows errors at the terminal", async () => {
    const { supervisor, child, said, folder } = supervised();
    await supervisor.start(child("api", "complaining"));
    await happens(() => said.includes("api: could not pay: no money"));
    await supervisor.stop();
    expect(said).toEqual(["Starting api …", "api: could not pay: no money"]);
    expect(readFileSync(join(folder, "logs", "api.log"), "utf8")).toContain("all is well");
  });

  it("starts nothing more once it is stopping", async () => {
    const { supervisor, child } = supervised();
    await supervisor.stop();
    await expect(supervisor.start(child("late"))).rejects.toThrow("Stopped");
  });
});

const guardOf = (folder: string) => findRunning(join(folder, "guard.pid"));

describe("the guard of a supervisor", () => {
  it("is there as long as something runs, and no longer", async () => {
    const { supervisor, child, folder } = supervised();
    expect(guardOf(folder)).toBeUndefined();
    await supervisor.start(child("api"));
    expect(guardOf(folder)).toBeGreaterThan(1);
    await supervisor.stop();
    await happens(() => guardOf(folder) === undefined);
  });
});

describe("after a supervisor was killed", () => {
  it("its guard ends what it left behind", async () => {
    const { folder, journal, pidOf, entries } = supervised();
    const killed = runScript("tests/support/supervising.ts", [folder, journal]);
    await killed.line(/^supervising$/);
    const leftover = pidOf("stubborn");
    killed.child.kill("SIGKILL");
    await happens(() => !isRunning(leftover));
    expect(entries()).toEqual(["stubborn started", "stubborn stopped"]);
  });

  it("its guard leaves alone what may be the next one's", async () => {
    const { supervisor, child, folder, pidOf } = supervised();
    const unlock = lockDataFolder(folder);
    onTestFinished(unlock);
    await supervisor.start(child("api"));
    const guard = runScript("scripts/supervisor/guardMain.ts", [folder]);
    expect(await guard.ended).toBe(0);
    expect(isRunning(pidOf("api"))).toBe(true);
    await supervisor.stop();
  });

  it("the next one ends what it left behind, and nothing else", async () => {
    const { supervisor, folder, journal, pidOf, entries } = supervised();
    const killed = runScript("tests/support/supervising.ts", [folder, journal]);
    await killed.line(/^supervising$/);
    const leftover = pidOf("stubborn");
    endGuard(folder);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(isRunning(leftover)).toBe(true);

    await supervisor.stopLeftovers();
    expect(isRunning(leftover)).toBe(false);
    expect(entries()).toEqual(["stubborn started", "stubborn stopped"]);
  });

  it("a process that only has the pid of an old one is left alone", async () => {
    const { supervisor, folder } = supervised();
    const other = runScript("tests/support/closingProcess.ts");
    await other.line(/started/);
    const pidFile = join(folder, "pids", "api.pid");
    writePidFile(pidFile, process.pid);
    const text = readFileSync(pidFile, "utf8").replace(
      String(process.pid),
      String(other.child.pid),
    );
    writeFileSync(pidFile, text);

    await supervisor.stopLeftovers();
    expect(existsSync(pidFile)).toBe(false);
    expect(other.child.exitCode).toBeNull();
  });
});
