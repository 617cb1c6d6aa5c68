import { describe, expect, it } from "vitest";
import { hear } from "../../domain/audio/octaves.js";
import { isSameSound } from "../../domain/audio/sameSound.js";
import { printOf, type SoundPrint } from "../../domain/audio/soundPrint.js";
import { loopOf, samplesOf, sine } from "../support/madeUpSounds.js";
import { seededRandom } from "../support/testAudio.js";

const seconds = 4;
const original = samplesOf(loopOf(1), seconds);
const printed = (pcm: Int16Array, rate = 48_000): SoundPrint => printOf(hear(pcm, rate));
const changed = (change: (sample: number, index: number) => number): Int16Array =>
  original.map((sample, index) => Math.round(change(sample, index)));

function delayed(frames: number): Int16Array {
  const pcm = new Int16Array(original.length);
  pcm.set(original.subarray(0, original.length - 2 * frames), 2 * frames);
  return pcm;
}

const dither = seededRandom(9);
const swapped = changed((_, index) => original[index ^ 1] ?? 0);

describe("the print of a sound", () => {
  const print = printed(original);
  const isFiledWith = ({ key, nearKeys }: SoundPrint): boolean =>
    key === print.key || nearKeys.includes(print.key) || print.nearKeys.includes(key);

  it.each<[string, Int16Array, rate?: number]>([
    ["half as loud", changed((sample) => sample / 2)],
    ["a tenth as loud", changed((sample) => sample / 10)],
    ["a sample later", delayed(1)],
    ["a hundred samples later", delayed(100)],
    ["20 ms later", delayed(960)],
    ["in one bit", changed((sample, index) => (index === 5000 ? sample ^ 1 : sample))],
    ["in its dither", changed((sample) => sample + dither() - dither())],
    ["in its least bits", changed((sample) => sample & ~7)],
    ["by turning a channel around", changed((sample, index) => (index % 2 ? -sample : sample))],
    ["by swapping the channels", swapped],
    ["by cutting its end off", original.subarray(0, original.length / 3)],
    ["by a constant", changed((sample) => sample + 1000)],
    ["at 44.1 kHz", samplesOf(loopOf(1), seconds, 44_100), 44_100],
    ["at 96 kHz", samplesOf(loopOf(1), seconds, 96_000), 96_000],
  ])("is the same when the file changes %s", (_how, pcm, rate) => {
    const other = printed(pcm, rate);
    expect(isSameSound(other.text, print.text)).toBe(true);
    expect(isFiledWith(other)).toBe(true);
  });

  it("is another for another loop", () => {
    const others = Array.from({ length: 12 }, (_, seed) => printed(samplesOf(loopOf(seed + 2), 2)));
    const all = [print, ...others].map(({ text }) => text);
    const pairs = all.flatMap((one, index) =>
      all.slice(index + 1).map((other) => isSameSound(one, other)),
    );
    expect(pairs).not.toContain(true);
  });

  it("is another for the same loop a tone higher", () => {
    const bass = (hertz: number) => printed(samplesOf(sine(hertz, 0.3), 2)).text;
    expect(isSameSound(bass(41.2), bass(46.25))).toBe(false);
    expect(isSameSound(bass(110), bass(123.5))).toBe(false);
  });

  it("is small, however long the file is", () => {
    const long = printed(samplesOf(loopOf(1), 12));
    expect(long.text.length).toBeLessThanOrEqual(342);
    expect(long.nearKeys.length).toBeLessThanOrEqual(7);
  });

  it("takes what is no sound without a fault", () => {
    for (const pcm of [new Int16Array(96_000), new Int16Array(96_000).fill(9000)]) {
      expect(isSameSound(printed(pcm).text, print.text)).toBe(false);
    }
  });
});
