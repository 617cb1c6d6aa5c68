import { describe, expect, it } from "vitest";
import type { Metre } from "../../../domain/audio/concepts.js";
import { secondsPerBar } from "../../../domain/audio/music.js";
import { compose } from "../../../gpu-node/synth/composing/compose.js";
import { refit } from "../../../gpu-node/synth/composing/metre.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";
import { styles } from "../../../gpu-node/synth/styles/catalogue.js";
import { monoOf } from "../../support/audio/channels.js";
import { seamOf } from "../../support/audio/seam.js";
import { musicRequest } from "../../support/musicRequests.js";

const quarters: Readonly<Record<Metre, number>> = {
  "3/4": 3,
  "4/4": 4,
  "5/4": 5,
  "6/8": 3,
  "7/8": 3.5,
};
const odd = ["3/4", "5/4", "6/8", "7/8"] as const;

/** So many bars of a metre, at a tempo at which a style is at home. */
const barsOf = (prompt: string, metre: Metre, bars = 4, bpm = 120) =>
  musicRequest({ prompt, bpm, seconds: bars * secondsPerBar(bpm, quarters[metre]) });

describe.each(odd)("music in %s", (metre) => {
  const stepsPerBar = 4 * quarters[metre];
  const inFour = styles.filter((style) => style.metre === undefined && style.grooves.length > 0);

  it("has bars of its own length, in every style", () => {
    for (const { name, tempo } of inFour) {
      const { grid } = compose(barsOf(`${name} ${metre}`, metre, 4, tempo[0] + 2));
      expect([name, grid.stepsPerBar]).toEqual([name, stepsPerBar]);
      expect([name, grid.isSeamless]).toEqual([name, true]);
    }
  });

  it("begins each bar with the drum that begins the first", () => {
    for (const name of ["rock", "house", "pop"]) {
      const { drums, grid } = compose(barsOf(`${name} ${metre}`, metre, 4, 170));
      const kick = drums.find(({ drum }) => drum === "kick")?.hits.map(({ step }) => step) ?? [];
      const beginnings = [0, 1, 2].map((bar) => bar * grid.stepsPerBar);
      expect(kick).toEqual(expect.arrayContaining(beginnings));
    }
  });

  it("loops without a seam where whole bars fit, and fades out where they do not", () => {
    const { jump } = seamOf(renderMix(barsOf(`techno ${metre}`, metre, 2)));
    expect(jump).toBeLessThan(0.01);
    const cut = monoOf(
      renderMix(musicRequest({ prompt: `techno ${metre}`, bpm: 120, seconds: 2.2 })),
    );
    expect(Math.abs(cut.at(-1) ?? 1)).toBeLessThan(0.001);
  });
});

describe("a waltz", () => {
  it("is in three, with the low drum on one and the others on two and three", () => {
    const { grid, drums } = compose(barsOf("waltz", "3/4"));
    expect(grid.stepsPerBar).toBe(12);
    const places = (isLow: boolean, velocityMin: number) =>
      drums
        .filter(({ drum }) => (drum === "kick") === isLow)
        .flatMap(({ hits }) => hits.filter(({ velocity }) => velocity >= velocityMin))
        .filter(({ step }) => step < 24)
        .map(({ step }) => step % 12);
    // What is softer is a ghost note.
    expect(new Set(places(true, 0.6))).toEqual(new Set([0]));
    expect(places(false, 0)).toEqual(expect.arrayContaining([4, 8]));
  });
});

describe("a rhythm in another metre", () => {
  const rock = "X...x...X...x..g";

  it.each([
    ["4/4", rock],
    ["3/4", "X...x...X..."],
    ["5/4", "X...x...X...X...x..g"],
    ["7/8", "X...x...X...x."],
    ["6/8", "X.....x.....X.....x....g"],
  ] as const)("is refitted from four: %s", (metre, expected) => {
    expect(refit(rock, "4/4", metre)).toBe(expected);
  });

  it("keeps held notes held", () => {
    expect(refit("1---5---", "4/4", "6/8")).toBe("1-----5-----");
  });
});
