import { describe, expect, it } from "vitest";
import { hear } from "../../domain/audio/octaves.js";
import { hearingRefusal, measureSound } from "../../domain/audio/soundCheck.js";
import {
  between,
  hats,
  kicks,
  noise,
  samplesOf,
  shaped,
  sine,
  sumOf,
} from "../support/madeUpSounds.js";
import type { Signal } from "../support/testAudio.js";

const bpm = 120;

function isRefused(signal: Signal, seconds: number, sampleRate = 48_000, tempo = bpm): boolean {
  const heard = hear(samplesOf(signal, seconds, sampleRate), sampleRate);
  const asked = { sampleRate, frames: Math.round(seconds * sampleRate), bpm: tempo };
  return hearingRefusal(measureSound(heard), asked) !== undefined;
}

const burst = sine(440, 0.5);
const click = between(() => 0.9, 0, 0.005);

describe("what is no sound over the whole length", () => {
  it.each<[string, Signal, rate?: number]>([
    ["a constant", () => 0.5],
    ["a constant with a little noise", sumOf(() => 0.5, noise(0.0005))],
    ["a ramp", (seconds) => -0.8 + seconds / 4],
    ["a step", (seconds) => (seconds < 2 ? 0.4 : -0.4)],
    ["5 Hz", sine(5, 0.8)],
    ["12 Hz", sine(12, 0.8)],
    ["19 kHz", sine(19_000, 0.7)],
    ["20 kHz at 44.1 kHz", sine(20_000, 0.7), 44_100],
    ["24 kHz at 96 kHz", sine(24_000, 0.7), 96_000],
    ["40 kHz at 96 kHz", sine(40_000, 0.7), 96_000],
    ["50 kHz at 192 kHz", sine(50_000, 0.7), 192_000],
    ["90 kHz at 192 kHz", sine(90_000, 0.7), 192_000],
    ["22 kHz over a noise floor", sumOf(sine(22_000, 0.7), noise(0.002))],
    ["a noise floor at -60 dB", noise(0.001)],
    ["a noise floor at -52 dB", noise(0.0025)],
    ["a tone that nobody hears", sine(440, 0.001)],
    ["94 % silence, after", between(burst, 0, 0.24)],
    ["94 % silence, before", between(burst, 3.76, 4)],
    ["94 % silence, around", between(burst, 1.9, 2.14)],
    ["80 % silence", between(burst, 0, 0.8)],
    ["94 % of a noise floor", sumOf(between(burst, 0, 0.24), noise(0.0008))],
    ["a click", click],
    ["a click on a noise floor", sumOf(click, noise(0.002))],
    [
      "a click on a constant",
      sumOf(
        shaped(click, () => 0.5),
        () => 0.4,
      ),
    ],
  ])("is refused: %s", (_what, signal, rate = 48_000) => {
    expect(isRefused(signal, rate > 96_000 ? 2 : 4.1, rate)).toBe(true);
  });
});

describe("what is sound over the whole length", () => {
  it.each<[string, Signal, seconds: number, bpm?: number, rate?: number]>([
    ["one kick a bar", kicks(2), 8],
    ["one kick a bar, slowly", kicks(4), 8, 60],
    ["one kick a bar, very slowly", kicks(6), 12, 40],
    ["one bar with one kick", kicks(2), 2],
    ["one slow bar with one kick", kicks(4), 4, 60],
    ["hats", hats(0.25), 4],
    ["sparse hats", hats(0.5), 4],
    ["hats at 22 kHz", hats(0.25), 4, bpm, 22_050],
    ["hats at 192 kHz", hats(0.25), 2, bpm, 192_000],
    ["a riser out of silence", shaped(noise(0.8), (s) => 10 ** (-4 * (1 - s / 8))), 8],
    ["a riser that begins at 70 %", shaped(noise(0.5), (s) => Math.max(0, s / 8 - 0.7)), 8],
    ["a fall into silence", shaped(noise(0.8), (s) => 10 ** (-4 * (s / 8))), 8],
    ["a quiet pad", sumOf(sine(220, 0.003), sine(277, 0.003), sine(330, 0.003)), 4],
    ["a very quiet pad", sine(220, 0.0035), 4],
    ["a sub bass at 35 Hz", sine(35, 0.3), 4],
    ["a sub bass at 30 Hz", sine(30, 0.3), 4],
    ["a constant noise texture", noise(0.05), 4],
    ["a bass with a constant", sumOf(() => 0.3, sine(55, 0.3)), 4],
    ["a high shimmer", shaped(sine(13_000, 0.1), (s) => 0.5 + 0.5 * Math.sin(3 * s)), 4],
    ["a loop of which half is a pause", between(burst, 0, 2), 4],
  ])("is taken: %s", (_what, signal, seconds, tempo = bpm, rate = 48_000) => {
    expect(isRefused(signal, seconds, rate, tempo)).toBe(false);
  });
});
