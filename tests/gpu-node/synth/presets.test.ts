import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { EngineRequest } from "../../../gpu-node/engine.js";
import { compose } from "../../../gpu-node/synth/composing/compose.js";
import type { LoopShape } from "../../support/audio/describeLoop.js";
import { musicRequest } from "../../support/musicRequests.js";
import { mapInThreads } from "../../support/nativeThreads.js";

/** A minute on an idle machine. */
vi.setConfig({ testTimeout: 300_000, hookTimeout: 900_000 });

type Range = readonly [least: number, most: number];
interface Expected {
  readonly prompt: string;
  /** All that may sound. */
  readonly voices: string;
  /** Hertz below which 95 % of the power lies. */
  readonly rollOff: Range;
  readonly onsetsPerBar: Range;
  /** How alike bars may be; 1 where the sound has none, such as even noise. */
  readonly likeness: number;
}

const basses = "synthBass sub pluckedBass reese acid wobble eightOhEight fingerBass slapBass";
const any: Range = [0, 100];

/** What a producer asks of one track, and what has to be heard of it, whatever the seed. */
const tracks: readonly Expected[] = [
  {
    prompt: "deep rolling bass",
    voices: basses,
    rollOff: [40, 500],
    onsetsPerBar: any,
    likeness: 0.85,
  },
  {
    prompt: "warm analog pad",
    voices: "warmPad pad",
    rollOff: [150, 3_000],
    onsetsPerBar: [0, 1],
    likeness: 0.86,
  },
  {
    prompt: "bright synth lead",
    voices: "lead squareLead flute",
    rollOff: [6_000, 20_000],
    onsetsPerBar: [1, 12],
    likeness: 0.85,
  },
  {
    prompt: "percussion loop",
    voices: "conga shaker rim tambourine cowbell clave bongo timbale guiro triangle",
    rollOff: [4_000, 20_000],
    onsetsPerBar: [8, 24],
    likeness: 0.9,
  },
  {
    prompt: "punchy kick",
    voices: "kick",
    rollOff: [40, 500],
    onsetsPerBar: [1.5, 6],
    likeness: 0.85,
  },
  {
    prompt: "white noise texture",
    voices: "whiteNoise",
    rollOff: [10_000, 20_000],
    onsetsPerBar: any,
    likeness: 1,
  },
  {
    prompt: "vocal chops",
    voices: "voxChop",
    rollOff: [500, 6_000],
    onsetsPerBar: [1, 12],
    likeness: 0.85,
  },
  {
    prompt: "acid bassline, 303",
    voices: "acid",
    rollOff: [200, 3_000],
    onsetsPerBar: [2, 16],
    likeness: 0.85,
  },
  {
    prompt: "crisp closed hi-hats",
    voices: "hat openHat",
    rollOff: [6_000, 22_000],
    onsetsPerBar: [6, 16],
    likeness: 0.88,
  },
  {
    prompt: "dreamy arpeggios",
    voices: "pluck marimba harp",
    rollOff: [1_000, 12_000],
    onsetsPerBar: [5, 20],
    likeness: 0.85,
  },
  {
    prompt: "evolving drone",
    voices: "drone",
    rollOff: [100, 2_000],
    onsetsPerBar: [0, 1],
    likeness: 0.85,
  },
  {
    prompt: "distorted 808",
    voices: "eightOhEight",
    rollOff: [30, 500],
    onsetsPerBar: [1, 8],
    likeness: 0.85,
  },
];

/** Noise has no bars: what tells these apart is where they lie and how they move. */
const textures: readonly (Pick<Expected, "prompt" | "voices" | "rollOff"> & {
  readonly unrest: Range;
  readonly crest: Range;
})[] = [
  {
    prompt: "gentle rain",
    voices: "rain",
    rollOff: [10_000, 20_000],
    unrest: [0, 3],
    crest: [8, 22],
  },
  {
    prompt: "vinyl crackle",
    voices: "vinylCrackle",
    rollOff: [8_000, 20_000],
    unrest: [0.4, 12],
    crest: [15, 40],
  },
  {
    prompt: "tape hiss",
    voices: "tapeHiss",
    rollOff: [10_000, 20_000],
    unrest: [0, 1],
    crest: [8, 16],
  },
  {
    prompt: "ocean waves",
    voices: "ocean",
    rollOff: [3_000, 18_000],
    unrest: [1, 15],
    crest: [8, 25],
  },
  {
    prompt: "howling wind",
    voices: "wind",
    rollOff: [400, 6_000],
    unrest: [1, 15],
    crest: [8, 25],
  },
  {
    prompt: "campfire",
    voices: "fire",
    rollOff: [1_000, 16_000],
    unrest: [1, 15],
    crest: [12, 40],
  },
];

const seeds = [1, 2];
const wishOf = (prompt: string, seed: number): EngineRequest =>
  musicRequest({ prompt, seed, bpm: 120, bars: 4, sampleRate: 44_100 });

const describing = { path: "tests/support/audio/describeLoop.ts", name: "describeLoop" };
const shapes = new Map<string, readonly LoopShape[]>();

beforeAll(async () => {
  const prompts = [...tracks, ...textures].map(({ prompt }) => prompt);
  const wishes = prompts.flatMap((prompt) => seeds.map((seed) => wishOf(prompt, seed)));
  const all = await mapInThreads<EngineRequest, LoopShape>(describing, wishes);
  for (const [index, prompt] of prompts.entries()) {
    shapes.set(prompt, all.slice(index * seeds.length, (index + 1) * seeds.length));
  }
});

const shapesOf = (prompt: string): readonly LoopShape[] => {
  const found = shapes.get(prompt) ?? [];
  expect(found).toHaveLength(seeds.length);
  return found;
};

function isWithin(value: number, [least, most]: Range, what: string): void {
  expect(value, what).toBeGreaterThanOrEqual(least);
  expect(value, what).toBeLessThanOrEqual(most);
}

function isAlone(prompt: string, allowed: string): void {
  for (const seed of seeds) {
    const song = compose(wishOf(prompt, seed));
    const voices = [
      ...song.drums.map(({ drum }) => drum),
      ...song.parts.map(({ instrument }) => instrument),
      ...song.textures.map(({ texture }) => texture),
    ];
    expect(voices.length).toBeGreaterThan(0);
    expect(allowed.split(" ")).toEqual(expect.arrayContaining(voices));
  }
}

describe("a preset of the plugin", () => {
  it.each(tracks)("sounds as its words say: $prompt", (expected) => {
    const { prompt, voices, rollOff, onsetsPerBar, likeness } = expected;
    isAlone(prompt, voices);
    for (const shape of shapesOf(prompt)) {
      isWithin(shape.rollOff, rollOff, "Hz of roll-off");
      isWithin(shape.onsetsPerBar, onsetsPerBar, "onsets in a bar");
      expect(shape.barLikeness).toBeLessThanOrEqual(likeness);
    }
  });

  it("is another sound than each of the others", () => {
    const placed = tracks.map(({ prompt }) => {
      const [shape] = shapesOf(prompt);
      return `${shape?.rollOff} ${shape?.onsetsPerBar} ${shape?.centroid}`;
    });
    expect(new Set(placed).size).toBe(tracks.length);
  });
});

describe("a texture", () => {
  it.each(textures)("is that texture alone: $prompt", (expected) => {
    const { prompt, voices, rollOff, unrest, crest } = expected;
    isAlone(prompt, voices);
    for (const shape of shapesOf(prompt)) {
      isWithin(shape.rollOff, rollOff, "Hz of roll-off");
      isWithin(shape.unrest, unrest, "dB of unrest");
      isWithin(shape.crest, crest, "dB of crest");
    }
  });
});

describe("two prompts", () => {
  const all = ["prompts.json", "morePrompts.json"].flatMap(
    (name): { prompt: string; says: string }[] =>
      JSON.parse(readFileSync(`tests/gpu-node/synth/${name}`, "utf8")),
  );

  it("give the same loop only where they say the same in other words", () => {
    const songs = all.map(({ prompt, says }) => {
      const { style, ...song } = compose(wishOf(prompt, 1));
      return { says, prompt, song: JSON.stringify([style.name, style.mix, song]) };
    });
    const pairs = songs.flatMap((one, index) =>
      songs
        .slice(index + 1)
        .filter(({ song }) => song === one.song)
        .map((other) => [one, other]),
    );
    // "waltz in 3/4 with accordion" and "valzer con fisarmonica", for one.
    expect(pairs.length).toBeGreaterThan(0);
    for (const [one, other] of pairs) expect(other?.says).toBe(one?.says);
  });
});
