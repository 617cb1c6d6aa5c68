import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { until } from "../../scripts/supervisor/until.js";
import { runScript } from "../support/terminal.js";

const file = "tests/support/closingProcess.ts";

describe("a process that closes on signals", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "closes everything in order on %s and ends with code 0",
    async (signal) => {
      const closing = runScript(file);
      await closing.line(/started/);
      closing.child.kill(signal);
      expect(await closing.ended).toBe(0);
      expect(closing.output).toMatch(/"reason":"SIG.*first closes.*second closes/s);
    },
  );

  it("gives the second its turn when the first fails, and ends with code 1", async () => {
    const closing = runScript(file, ["failing"]);
    await closing.line(/started/);
    closing.child.kill("SIGTERM");
    expect(await closing.ended).toBe(1);
    expect(closing.output).toMatch(/will not close.*second closes/s);
  });

  it("ends with code 1 when the grace is over", async () => {
    const closing = runScript(file, ["hanging", "0.1"]);
    await closing.line(/started/);
    closing.child.kill("SIGTERM");
    expect(await closing.ended).toBe(1);
    expect(closing.output).toContain("did not close in time");
  });

  it("ends at once when somebody insists, but not for the same Ctrl-C coming twice", async () => {
    const closing = runScript(file, ["hanging"]);
    await closing.line(/started/);
    closing.child.kill("SIGINT");
    closing.child.kill("SIGINT");
    await closing.line(/first closes/);
    const insist = () => {
      closing.child.kill("SIGINT");
      return closing.child.exitCode !== null;
    };
    expect(await until(insist, { withinMs: 10_000 })).toBe(true);
    expect(await closing.ended).toBe(1);
    expect(closing.output).not.toContain("did not close in time");
  });
});

describe("a process whose terminal was closed", () => {
  it("closes in order although nobody reads its output any more", async () => {
    const closing = runScript(file);
    await closing.line(/started/);
    closing.child.stdout?.destroy();
    closing.child.stderr?.destroy();
    closing.child.kill("SIGHUP");
    expect(await closing.ended).toBe(0);
  });
});

describe("a process with a parent", () => {
  it("says when it is ready, and closes when the parent is gone", async () => {
    const closing = runScript(file, [], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    expect(await once(closing.child, "message")).toContainEqual({ type: "ready", port: 1234 });
    closing.child.disconnect();
    expect(await closing.ended).toBe(0);
    expect(closing.output).toContain("the parent process is gone");
  });

  it("closes also when the parent was gone before it had started up", async () => {
    const closing = runScript(file, [], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    closing.child.disconnect();
    expect(await closing.ended).toBe(0);
    expect(closing.output).toContain("second closes");
  });

  it("closes in order although nobody reads its output any more", async () => {
    const closing = runScript(file, [], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    await once(closing.child, "message");
    closing.child.stdout?.destroy();
    closing.child.stderr?.destroy();
    closing.child.disconnect();
    expect(await closing.ended).toBe(0);
  });
});
