import { Registry } from "prom-client";
import { beforeEach, describe, expect, it } from "vitest";
import { day } from "../../domain/limits.js";
import { EventStoreUnavailableError } from "../../platform/eventStore/eventStore.js";
import { createLog } from "../../platform/process/log.js";
import { createSweepEach, type SweepEach } from "../../workers/sweepEach.js";
import { fakeClock } from "../support/fakeClock.js";

const at = "2026-11-22T12:00:00.000Z";
let clock: ReturnType<typeof fakeClock>;
let metrics: Registry;
let sweepEach: SweepEach;
let lines: { msg: string; row: string }[];
let worked: string[];
let broken: Map<string, Error>;

beforeEach(() => {
  clock = fakeClock(at);
  metrics = new Registry();
  lines = [];
  worked = [];
  broken = new Map();
  const write = (line: string) => void lines.push(JSON.parse(line));
  sweepEach = createSweepEach({
    log: createLog({ name: "test", level: "info" }, { write }),
    clock,
    metrics,
  });
});

const sweep = (rows: Iterable<string> | AsyncIterable<string>, isPatient = false) =>
  sweepEach({
    name: "test",
    rows,
    keyOf: (row) => row,
    isPatient,
    work: async (row) => {
      worked.push(row);
      const error = broken.get(row);
      if (error !== undefined) throw error;
    },
  });

/** How often each row was tried in a minute, looked at every five seconds. */
async function minute(rows: readonly string[], isPatient = false): Promise<void> {
  for (let seconds = 0; seconds < 60; seconds += 5) {
    await sweep(rows, isPatient);
    clock.advance(5000);
  }
}
const tries = (row: string): number => worked.filter((each) => each === row).length;

describe("a row that fails", () => {
  beforeEach(() => broken.set("bad", new Error("unreadable")));

  it("stops no other, and waits longer each time", async () => {
    await minute(["a", "bad", "b"]);
    expect(tries("a")).toBe(12);
    expect(tries("b")).toBe(12);
    // At 0, 5, 15 and 35 s.
    expect(tries("bad")).toBe(4);
  });

  it("is counted, and an alert from its third failure on", async () => {
    await minute(["a", "bad", "b"]);
    expect(lines.map(({ row, msg }) => [row, msg.startsWith("ALERT ")])).toEqual([
      ["bad", false],
      ["bad", false],
      ["bad", true],
      ["bad", true],
    ]);
    expect(await metrics.metrics()).toContain('obsidian_sweep_failures_total{sweep="test"} 4');
  });

  it("begins afresh once it is done, or was away", async () => {
    await minute(["bad"]);
    broken.delete("bad");
    clock.advance(3_600_000);
    await sweep(["bad"]);
    broken.set("bad", new Error("again"));
    await minute(["bad"]);
    expect(tries("bad")).toBe(4 + 1 + 4);
    await sweep([]);
    await minute(["bad"]);
    expect(tries("bad")).toBe(4 + 1 + 4 + 4);
  });
});

it("a row that failed while the clock was ahead does not wait until that time", async () => {
  broken.set("held", new Error("no"));
  clock.advance(10 * day);
  await sweep(["held"]);
  clock.advance(-10 * day);
  await sweep(["held"]);
  expect(tries("held")).toBe(2);
});

it("a patient sweep looks less and less often at what is still there", async () => {
  await minute(["held"], true);
  expect(tries("held")).toBe(4);
  expect(lines).toEqual([]);
});

it("where everything fails because something is away, the run ends; the next gets further", async () => {
  const rows = ["a", "b", "c", "d", "e", "f", "g"];
  const away = new EventStoreUnavailableError("away");
  for (const row of rows) broken.set(row, away);
  await expect(sweep(rows)).rejects.toBe(away);
  expect(worked).toEqual(["a", "b", "c"]);
  await expect(sweep(rows)).rejects.toBe(away);
  expect(worked).toEqual(["a", "b", "c", "d", "e", "f"]);
  broken.clear();
  clock.advance(5000);
  await sweep(rows);
  expect(worked.slice(6)).toEqual(rows);
});

it("pages that can't be read end the run, and nothing that waits is forgotten", async () => {
  broken.set("bad", new Error("unreadable"));
  async function* half() {
    yield "bad";
    throw new Error("lost the database");
  }
  await expect(sweep(half())).rejects.toThrow("lost the database");
  await sweep(["bad"]);
  expect(tries("bad")).toBe(1);
});
