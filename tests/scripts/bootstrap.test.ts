import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { needsInstall, nodeVersionProblem } from "../../scripts/bootstrap.mjs";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { Terminal } from "../support/terminal.js";

function bootstrap(...args: readonly string[]): Terminal {
  const terminal = new Terminal(process.execPath, ["scripts/bootstrap.mjs", ...args]);
  onTestFinished(() => void terminal.child.kill("SIGKILL"));
  return terminal;
}
const script = "tests/support/bootstrapped.ts";

describe("the version of Node", () => {
  it.each(["20.19.0", "20.20.2", "22.0.0", "24.11.1"])("%s will do", (version) => {
    expect(nodeVersionProblem(version)).toBeUndefined();
  });

  it.each(["12.22.12", "18.20.8", "20.9.0", "20.18.3"])("%s is refused in one line", (version) => {
    expect(nodeVersionProblem(version)).toBe(
      `This needs Node 20.19 or newer; this is Node ${version}. Get one at https://nodejs.org.`,
    );
  });
});

describe("npm packages are installed", () => {
  const zod = (version: string) => ({ "node_modules/zod": { version } });
  const ofOtherMachines = { "node_modules/@lmdb/darwin": { version: "3", optional: true } };

  /** A folder whose lock file changed at second 100 and was installed at this second. */
  function installedAt(seconds: number, packages: object): string {
    const folder = temporaryFolder();
    const installed = join(folder, "node_modules", ".package-lock.json");
    const lock = join(folder, "package-lock.json");
    mkdirSync(join(folder, "node_modules"));
    writeFileSync(installed, JSON.stringify({ packages }));
    writeFileSync(lock, JSON.stringify({ packages: { ...zod("4.1.0"), ...ofOtherMachines } }));
    utimesSync(lock, 100, 100);
    utimesSync(installed, seconds, seconds);
    return folder;
  }

  it("when there are none", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "package-lock.json"), "{}");
    expect(needsInstall(folder)).toBe(true);
  });

  it("when the lock file is newer", () => {
    expect(needsInstall(installedAt(99, zod("4.0.9")))).toBe(true);
    expect(needsInstall(installedAt(99, {}))).toBe(true);
  });

  it("not when it was only written again", () => {
    expect(needsInstall(installedAt(99, zod("4.1.0")))).toBe(false);
  });

  it("not when they are up to date", () => {
    expect(needsInstall(installedAt(101, zod("4.0.9")))).toBe(false);
  });
});

describe("a bootstrapped script", () => {
  it("sees its own arguments, and its exit code is the process's", async () => {
    const terminal = bootstrap(script, "one", "--two");
    expect(await terminal.ended).toBe(3);
    expect(terminal.output).toBe('["one","--two"]');
  });

  it("gets signals itself", async () => {
    const terminal = bootstrap(script, "wait");
    await terminal.line(/wait/);
    terminal.child.kill("SIGTERM");
    expect(await terminal.ended).toBe(5);
  });

  it("that refuses shows its reason and no stack", async () => {
    const terminal = bootstrap(script, "refuse");
    expect(await terminal.ended).toBe(1);
    expect(terminal.lines[1]).toBe("Set PORT to something else.");
    expect(terminal.lines).toHaveLength(2);
  });

  it("that has a mistake shows where", async () => {
    const terminal = bootstrap(script, "break");
    expect(await terminal.ended).toBe(1);
    expect(terminal.output).toMatch(/TypeError: a mistake of ours\n.*bootstrapped\.ts:\d+/s);
  });

  it("is asked for when there is none", async () => {
    const terminal = bootstrap();
    expect(await terminal.ended).toBe(1);
    expect(terminal.output).toMatch(/^Usage: /);
  });
});
