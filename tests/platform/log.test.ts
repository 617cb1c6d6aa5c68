import { describe, expect, it } from "vitest";
import { systemClock } from "../../platform/process/clock.js";
import { createLog } from "../../platform/process/log.js";

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

describe("the clock", () => {
  it("shows UTC with milliseconds", () => {
    expect(systemClock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});
