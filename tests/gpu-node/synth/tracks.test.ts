import { describe, expect, it } from "vitest";
import { compose } from "../../../gpu-node/synth/composing/compose.js";
import { renderMix } from "../../../gpu-node/synth/renderLoop.js";
import { monoOf } from "../../support/audio/channels.js";
import { createSpectrum } from "../../support/audio/spectrum.js";
import { musicRequest } from "../../support/musicRequests.js";

const drums =
  "kick snare clap snap hat openHat ride crash conga shaker rim tambourine cowbell lowTom highTom";
const basses = "synthBass sub pluckedBass reese acid wobble eightOhEight fingerBass slapBass";
const hands = "conga shaker rim tambourine cowbell";
const guitars = "cleanGuitar mutedGuitar distortedGuitar";
const leads = "lead squareLead flute";

/** What a producer asks for who layers one track over another, and all that may sound then. */
const tracks: readonly (readonly [prompt: string, voices: string])[] = [
  ["deep rolling bass", basses],
  ["warm sub bass", "sub"],
  ["808", "eightOhEight"],
  ["distorted 808 bass", "eightOhEight"],
  ["reese bass, dark", "reese"],
  ["acid line", "acid"],
  ["wobble bass", "wobble"],
  ["slap bass", "slapBass"],
  ["electric bass", "fingerBass"],
  ["Moog bass", "synthBass"],
  ["basse profonde", basses],
  ["warm pad", "warmPad"],
  ["lush dreamy pad", "pad warmPad"],
  ["nappe sombre", "pad warmPad"],
  ["dark drone", "drone"],
  ["evolving texture", "drone"],
  ["bright lead", leads],
  ["synth lead with echo", leads],
  ["catchy melody", leads],
  ["flute", "flute"],
  ["8-bit lead", `${leads} squareLead`],
  ["huge supersaws", "supersaw"],
  ["chord stabs", "stab"],
  ["plucks", "pluck"],
  ["fast arpeggio", "pluck marimba harp"],
  ["strings", "strings"],
  ["epic brass", "brass"],
  ["glockenspiel", "bells"],
  ["kalimba", "marimba"],
  ["clavinet", "harpsichord"],
  ["harp", "harp"],
  ["Hammond organ", "organ"],
  ["sad piano", "piano rhodes"],
  ["Rhodes chords", "rhodes piano"],
  ["klavier", "piano rhodes"],
  ["acoustic guitar", guitars],
  ["guitarra", guitars],
  ["distorted guitar riff", guitars],
  ["vocal chops", "voxChop"],
  ["angelic choir", "choir"],
  ["voix", "choir voxChop"],
  ["punchy kick", "kick"],
  ["snare", "snare"],
  ["claps", "clap"],
  ["closed hi-hats", "hat openHat"],
  ["ride cymbal", "ride crash"],
  ["percussion loop", hands],
  ["shakers", "shaker"],
  ["heavy drums", drums],
  ["schlagzeug", drums],
];

const voicesOf = (request: ReturnType<typeof musicRequest>): readonly string[] => {
  const song = compose(request);
  return [...song.drums.map(({ drum }) => drum), ...song.parts.map((part) => part.instrument)];
};

describe("a voice named without a style", () => {
  it.each(tracks)("is that voice alone: %s", (prompt, allowed) => {
    for (const [seed, bpm] of [72, 90, 110, 124, 140, 174].entries()) {
      const voices = voicesOf(musicRequest({ prompt, bpm, seed }));
      expect(voices.length).toBeGreaterThan(0);
      expect(allowed.split(" ")).toEqual(expect.arrayContaining([...voices]));
    }
  });

  it.each(["techno, deep rolling bass", "house with piano", "drum and bass, warm pad"])(
    "plays in the band of a style that is named: %s",
    (prompt) => {
      expect(voicesOf(musicRequest({ prompt })).length).toBeGreaterThan(3);
    },
  );

  it("is joined by the stems that are asked for", () => {
    const voices = voicesOf(musicRequest({ prompt: "warm pad", stems: ["drums", "other"] }));
    expect(voices).toEqual(expect.arrayContaining(["warmPad", "kick"]));
  });
});

const stretch = 8192;
const rate = 44_100;

/** Hz below which 95 % of the power lies. */
function rollOff(prompt: string, seed: number): number {
  const mono = monoOf(renderMix(musicRequest({ prompt, seed, bars: 1, sampleRate: rate })));
  const powerAt = createSpectrum(stretch);
  const sum = new Float64Array(stretch / 2);
  for (let start = 0; start + stretch <= mono.length; start += stretch / 2) {
    for (const [bin, power] of powerAt(mono, start).entries()) sum[bin] = (sum[bin] ?? 0) + power;
  }
  let left = 0.95 * sum.reduce((all, power) => all + power, 0);
  const bin = sum.findIndex((power) => {
    left -= power;
    return left <= 0;
  });
  return (bin * rate) / stretch;
}

describe("what is heard of it", () => {
  it.each([1, 2, 3])("is low for a deep bass and high for hats (seed %d)", (seed) => {
    expect(rollOff("deep rolling bass", seed)).toBeLessThanOrEqual(500);
    expect(rollOff("closed hats", seed)).toBeGreaterThanOrEqual(6000);
  });
});
