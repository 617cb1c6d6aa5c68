import { beforeAll, describe, expect, it } from "vitest";
import { styles } from "../../../gpu-node/synth/styles/catalogue.js";
import type { MeasuredMusic } from "../../support/audio/measureMusic.js";
import { musicRules } from "../../support/audio/musicRules.js";
import { noMusics } from "../../support/audio/noMusic.js";
import { type StyleFeatures, vectorOf } from "../../support/audio/styleFeatures.js";
import { musicRequest, variedRequests } from "../../support/musicRequests.js";
import { mapInThreads } from "../../support/nativeThreads.js";
import { learn } from "../../support/nearestCentroid.js";

const prompts = 60;
/** A minute, where nobody else works. */
const measuringMs = 900_000;
/** None of these is among the seeds of the 60 prompts. */
const learningSeeds = [101, 202];
const lessons = styles.flatMap(({ name, tempo: [slowest, fastest] }) =>
  learningSeeds.map((seed) => ({
    label: name,
    request: musicRequest({
      prompt: name,
      bpm: Math.round((slowest + fastest) / 2),
      key: undefined,
      seed,
    }),
  })),
);

let measured: readonly MeasuredMusic[] = [];
let noMusic: readonly MeasuredMusic[] = [];
let learned: readonly { readonly label: string; readonly features: StyleFeatures }[] = [];

beforeAll(async () => {
  const measuring = { path: "tests/support/audio/measureMusic.ts", name: "measureMusic" };
  measured = await mapInThreads(measuring, variedRequests(prompts));
  const doubting = { path: "tests/support/audio/noMusic.ts", name: "measureNoMusic" };
  noMusic = await mapInThreads(doubting, noMusics);
  const describing = { path: "tests/support/audio/describeStyle.ts", name: "describeStyle" };
  const features = await mapInThreads<unknown, StyleFeatures>(
    describing,
    lessons.map(({ request }) => request),
  );
  learned = lessons.flatMap(({ label }, index) => {
    const found = features[index];
    return found === undefined ? [] : [{ label, features: found }];
  });
}, measuringMs);

describe(`each of ${prompts} prompts over all styles, keys and tempos`, () => {
  it.each(Object.entries(musicRules))("%s", (_, isKept) => {
    expect(measured).toHaveLength(prompts);
    expect(measured.filter((music) => !isKept(music))).toEqual([]);
  });

  it("is measured by far more than the fewest onsets that the rule asks for", () => {
    const total = (of: "drums" | "pitched") =>
      measured.reduce((sum, music) => sum + music[of].onsets, 0);
    expect(total("drums")).toBeGreaterThan(10 * prompts);
    expect(total("pitched")).toBeGreaterThan(15 * prompts);
  });
});

describe("white noise and one sine, measured the same way", () => {
  it.each(Object.entries(musicRules))("are no music that %s", (_, isKept) => {
    expect(noMusic).toHaveLength(noMusics.length);
    expect(noMusic.filter(isKept)).toEqual([]);
  });
});

describe("styles", () => {
  const lessonsOf = (style: string) => learned.filter(({ label }) => label === style);
  const rhythmsOf = (style: string) => lessonsOf(style).map(({ features }) => features.rhythm);
  const classifier = () =>
    learn(learned.map(({ label, features }) => ({ label, vector: vectorOf(features) })));

  it("can be distinguished by sound alone, in other keys, tempos, moods and with other seeds", () => {
    const guess = classifier();
    const right = measured.filter(({ style }, index) => guess(style) === styleOf(index));
    // By chance it would be one in 19.
    expect(right.length / prompts).toBeGreaterThanOrEqual(0.75);
  });

  it("are not found in white noise and a sine, which have one and the same for every prompt", () => {
    const guess = classifier();
    for (const { style } of noMusic) {
      const right = measured.filter((_, index) => guess(style) === styleOf(index));
      expect(right.length / prompts).toBeLessThan(0.1);
    }
  });

  it.each(["techno", "house", "trance", "disco"])("%s has a kick on every beat", (style) => {
    expect(rhythmsOf(style)).toHaveLength(learningSeeds.length);
    for (const rhythm of rhythmsOf(style)) {
      expect([0, 4, 8, 12].map((step) => low(rhythm, step) > 0.8)).not.toContain(false);
    }
  });

  it("drum and bass has broken kicks and a snare on two and four", () => {
    for (const rhythm of rhythmsOf("drum and bass")) {
      expect(low(rhythm, 0)).toBeGreaterThan(1);
      expect(Math.max(low(rhythm, 4), low(rhythm, 8) / 2, low(rhythm, 12))).toBeLessThan(0.8);
      expect(Math.min(mid(rhythm, 4), mid(rhythm, 12))).toBeGreaterThan(1.2);
    }
  });

  it("dubstep goes in half time: its snare is on three", () => {
    for (const rhythm of rhythmsOf("dubstep")) {
      expect(mid(rhythm, 8)).toBeGreaterThan(1.5);
      expect(mid(rhythm, 4)).toBeLessThan(mid(rhythm, 8) / 2);
    }
  });

  it("ambient has no drums", () => {
    for (const rhythm of rhythmsOf("ambient")) {
      expect(Math.max(...rhythm.map(([lows]) => lows))).toBeLessThan(0.5);
    }
    const ambient = measured.filter((_, index) => styleOf(index) === "ambient");
    expect(ambient.map(({ drums }) => drums.onsets)).toEqual(ambient.map(() => 0));
  });
});

const styleOf = (prompt: number) => styles[prompt % styles.length]?.name;
const low = (rhythm: StyleFeatures["rhythm"], step: number) => rhythm[step]?.[0] ?? 0;
const mid = (rhythm: StyleFeatures["rhythm"], step: number) => rhythm[step]?.[1] ?? 0;
