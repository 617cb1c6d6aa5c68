import { describe, expect, it } from "vitest";
import { rankTest } from "../support/rankTest.js";
import { seededRandom } from "../support/testAudio.js";

describe("the rank test", () => {
  it("knows what the tables say", () => {
    expect(rankTest([1, 2, 3], [4, 5, 6])).toBeCloseTo(0.1, 10);
    expect(rankTest([4, 5, 6], [1, 2, 3])).toBeCloseTo(0.1, 10);
    // U = 2 of 5 and 5: 0.032 in the tables.
    expect(rankTest([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])).toBeCloseTo(8 / 252, 10);
    expect(rankTest([1, 3, 5, 7], [2, 4, 6, 8])).toBeGreaterThan(0.6);
  });

  it("is as seldom wrong as it says", () => {
    const random = seededRandom(4);
    // Most take 20 ms, and one in ten far longer: as on a machine that does other things.
    const took = () => 20 + 5 * random() + (random() < 0.1 ? 800 * random() : 0);
    const sample = () => Array.from({ length: 12 }, took);
    const tries = 2000;
    const wrong = Array.from({ length: tries }, () => rankTest(sample(), sample()));
    expect(wrong.filter((p) => p < 0.05).length / tries).toBeLessThan(0.06);
    expect(wrong.filter((p) => p < 0.001).length).toBeLessThan(8);
    const longer = () => sample().map((ms) => ms + 10);
    const right = Array.from({ length: 200 }, () => rankTest(sample(), longer()));
    expect(right.filter((p) => p < 0.001).length).toBeGreaterThan(130);
  });
});
