import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { EventStoreDBClient, jsonEvent } from "@eventstore/db-client";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startEventStore } from "../../eventstore/server.js";
import { execArgv, forkStore, main, run } from "./program.js";
import { temporaryFolder, temporaryStore } from "./temporaryStore.js";

/** Each starts processes, which takes seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000 });

describe("the program", () => {
  it("explains itself", async () => {
    const { output, exitCode } = await run("--help");
    expect(output).toContain("--data DIR");
    expect(exitCode).toBe(0);
  });

  it("names its commands, each of which explains itself", async () => {
    const { output } = await run("--help");
    const names = ["backup", "restore", "verify", "stats"];
    const explained = await Promise.all(names.map((name) => run(name, "--help")));
    for (const [index, name] of names.entries()) {
      const own = explained[index];
      expect(output).toContain(`\n  ${name} `);
      expect(own?.output).toContain(`npm run eventstore -- ${name} `);
      expect(own?.output).toContain("--json");
    }
    const unknown = await run("repair");
    expect(unknown.errors).toMatch(/^eventstore: Unknown command repair\. .*\n$/);
    expect(unknown.exitCode).toBe(1);
  });

  it("refuses wrong arguments with one line", async () => {
    const runs = await Promise.all([
      run(),
      run("--data", "x", "--port", "70000"),
      run("--data", "x", "--colour"),
      run("--data", "x", "--insecure=no"),
    ]);
    const lines = [
      "--data DIR is missing. See --help.",
      "--port 70000 is not a port number from 0 to 65535.",
      "Unknown option '--colour'",
      "Option '--insecure' does not take an argument",
    ];
    for (const [index, { errors, exitCode }] of runs.entries()) {
      expect(errors).toContain(`eventstore: ${lines[index]}`);
      expect(errors.trim().split("\n")).toHaveLength(1);
      expect(exitCode).toBe(1);
    }
  });

  it("names a busy port in one line", async () => {
    const { port } = await temporaryStore();
    const { errors, exitCode } = await run("--data", temporaryFolder(), "--port", `${port}`);
    expect(errors).toBe(
      `eventstore: Port 127.0.0.1:${port} is already in use. ` +
        "Stop what uses it or choose another with --port.\n",
    );
    expect(exitCode).toBe(1);
  });

  it("names a folder in use in one line, also after another attempt to take it", async () => {
    const dataDir = temporaryFolder();
    await temporaryStore({ dataDir });
    await expect(startEventStore({ dataDir })).rejects.toThrow("is in use");
    const { errors, exitCode } = await run("--data", dataDir, "--port", "0");
    expect(errors).toMatch(/^eventstore: .* is in use by process \d+\. .*\n$/);
    expect(exitCode).toBe(1);
  });

  it("says where it serves when started by hand, and stops on SIGINT", async () => {
    const child = spawn(process.execPath, [
      ...[...execArgv, main],
      ...["--data", temporaryFolder(), "--port", "0"],
    ]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const [line] = await once(child.stdout, "data");
    expect(`${line}`).toMatch(
      /^Event store in .* ready at esdb:\/\/127\.0\.0\.1:\d+\?tls=false\n$/,
    );
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("stops on SIGTERM while clients are connected and subscribed", async () => {
    const { child, port } = await forkStore(temporaryFolder());
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`);
    onTestFinished(() => client.dispose());
    await client.appendToStream("a", jsonEvent({ type: "Tested", data: {} }));
    const subscription = client.subscribeToAll();
    const failed = once(subscription, "error");
    await once(subscription, "confirmation");
    subscription.resume();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await failed;
  });

  it("stops when its parent was gone before it served", async () => {
    const options = { execArgv: [...execArgv], silent: true };
    const child = fork(main, ["--data", temporaryFolder(), "--port", "0"], options);
    onTestFinished(() => void child.kill("SIGKILL"));
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("stops when its parent is gone", async () => {
    const { child } = await forkStore(temporaryFolder());
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
