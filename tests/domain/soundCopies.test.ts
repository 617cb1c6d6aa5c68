import { describe, expect, it } from "vitest";
import { hear } from "../../domain/audio/octaves.js";
import { isSameSound, sameSoundAs } from "../../domain/audio/sameSound.js";
import { printOf, type SoundPrint } from "../../domain/audio/soundPrint.js";
import { renderMix } from "../../gpu-node/synth/renderLoop.js";
import {
  type Change,
  delayed,
  inTurn,
  noisy,
  resampled,
  tilted,
  turnedUpAndDown,
  wandering,
} from "../support/changedSounds.js";
import { musicRequest, variedRequests } from "../support/musicRequests.js";

/**
 * Both rates over loops of our synth: copies that are taken for copies, and honest loops that are.
 * SOUND_LOOPS=660 takes as many as ADR 78 tells of; the gate takes a few.
 */
const loopsMax = Number(process.env["SOUND_LOOPS"] ?? 22);
const changedEach = 2;
const minutes = 60_000;

const changes: Readonly<Record<string, readonly [Change, rate?: number]>> = {
  "turned up and down by 2 dB": [turnedUpAndDown(2, 4)],
  "turned up and down by 2 dB, faster": [turnedUpAndDown(2, 1.3, 1)],
  "a gain that wanders by 2 dB": [wandering(2)],
  "softer basses": [tilted(3)],
  "noise of 3 %": [noisy(0.03)],
  "3 ms later": [delayed(3)],
  "40 ms later": [delayed(40)],
  "at 44.1 kHz": [resampled(44_100), 44_100],
  "some of it at once": [inTurn(turnedUpAndDown(2, 3, 2), tilted(2, 800), noisy(0.02), delayed(7))],
};

/** Half go through all styles, half are of one style, tempo and key, and differ by their seed. */
function loops() {
  const same = Array.from({ length: loopsMax / 2 }, (_, seed) =>
    musicRequest({ prompt: "techno", bpm: 128, seed: 1000 + seed * 7919 }),
  );
  return [...variedRequests(loopsMax / 2), ...same].map((request) => renderMix(request));
}

describe("loops of our synth", { timeout: 30 * minutes }, () => {
  const pcms = loops();
  const prints = pcms.map((pcm) => printOf(hear(pcm, 48_000)));

  it.each(Object.entries(changes))("are known again: %s", (_how, [change, rate = 48_000]) => {
    const found = pcms.flatMap((pcm, index) => {
      if (index % changedEach > 0) return [];
      const print = printOf(hear(change(pcm), rate));
      return [isFound(print, prints[index])];
    });
    const share = found.filter(Boolean).length / found.length;
    expect(share).toBeGreaterThanOrEqual(0.85);
  });

  it("are not taken for each other", () => {
    const taken = prints.flatMap(({ text }, index) => {
      const isSame = sameSoundAs(text);
      return prints.slice(index + 1).filter((other) => isSame(other.text));
    });
    const pairs = (prints.length * (prints.length - 1)) / 2;
    expect(taken.length / pairs).toBeLessThanOrEqual(1e-4);
  });
});

/** As one that came later is looked for. */
const isFound = ({ text, key, nearKeys }: SoundPrint, of: SoundPrint | undefined): boolean =>
  of !== undefined && isSameSound(text, of.text) && [key, ...nearKeys].includes(of.key);
