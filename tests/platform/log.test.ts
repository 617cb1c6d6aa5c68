import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../platform/clock.js";
import { createLog } from "../../platform/log.js";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ name: "test", level: "info" }, { write: (line) => lines.push(line) }));
  return lines.join("");
}

describe("the log", () => {
  it("is one JSON object a line, with name, time in UTC and the parts of a child", () => {
    const line = logged((log) => log.child({ part: "gateway" }).info({ port: 1 }, "listening"));
    expect(JSON.parse(line)).toMatchObject({
      level: 30,
      name: "test",
      part: "gateway",
      port: 1,
      msg: "listening",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
  });

  it.each([
    [{ password: "hush" }],
    [{ user: { email: "hush" } }],
    [{ req: { headers: { "x-api-key": "hush", authorization: "Bearer hush", cookie: "hush" } } }],
    [{ body: { prompt: "hush", token: "hush", refreshToken: "hush" } }],
  ])("keeps what is secret to itself: %j", (fields) => {
    const line = logged((log) => log.info(fields, "request"));
    expect(line).toContain("[redacted]");
    expect(line).not.toContain("hush");
  });
});

describe("a process whose output nobody reads", () => {
  const script = (last: string) => `
    import { createLog } from "./platform/log.ts";
    const log = createLog({ name: "test", level: "info" });
    for (let n = 0; n < 5000; n += 1) log.info({ n, padding: "x".repeat(100) }, "line");
    ${last}`;
  const run = (last: string) =>
    spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script(last)], {
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    });

  it("goes on working", async () => {
    const child = run(`setTimeout(() => process.send("alive"), 1);`);
    expect(await once(child, "message")).toEqual(["alive", undefined]);
    child.kill("SIGKILL");
  });

  it("has written every line when it ends", async () => {
    const child = run("process.exit();");
    const lines = (await text(child.stdout ?? Readable.from([]))).trim().split("\n");
    expect(lines).toHaveLength(5000);
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ n: 4999 });
  });
});

describe("the clock", () => {
  it("tells UTC with milliseconds", () => {
    expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
