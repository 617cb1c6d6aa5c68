import { describe, expect, it } from "vitest";
import { minute, second } from "../../../domain/limits.js";
import { type Timed, trendsOf } from "./trend.js";

/** Ten minutes, a look every 2 s. */
const soaked = (memory: (minutes: number) => number): Timed[] =>
  Array.from({ length: 300 }, (_, n) => {
    const atMs = n * 2 * second;
    return { atMs, samples: new Map([["api", { "memory MiB": memory(atMs / minute) }]]) };
  });

describe("memory of ten minutes", () => {
  it("that grew at first and then stays is flat", () => {
    const [trend] = trendsOf(soaked((minutes) => 100 + 20 * Math.min(minutes, 4)));
    expect(trend).toMatchObject({ process: "api", isFlat: true, perMinute: 0 });
  });

  it("that is collected from time to time is flat", () => {
    const [trend] = trendsOf(soaked((minutes) => 100 + 30 * ((minutes * 7) % 1)));
    expect(trend?.isFlat).toBe(true);
  });

  it("that grows all the time is not, also when it is collected from time to time", () => {
    const [trend] = trendsOf(soaked((minutes) => 100 + 4 * minutes + 30 * ((minutes * 7) % 1)));
    expect(trend?.isFlat).toBe(false);
    expect(trend?.perMinute).toBeCloseTo(4, 0);
  });
});
