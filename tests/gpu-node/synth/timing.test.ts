import { describe, expect, it } from "vitest";
import { secondsPerBar } from "../../../domain/audio/music.js";
import type { EngineRequest } from "../../../gpu-node/engine.js";
import { compose } from "../../../gpu-node/synth/composing/compose.js";
import { styles } from "../../../gpu-node/synth/styles/catalogue.js";
import { distanceFromGrid } from "../../support/audio/onsets.js";
import { musicRequest } from "../../support/musicRequests.js";

/**
 * When every note of a loop begins, as it is written, before there is a sound to measure. What is
 * heard is measured in `music.test.ts`.
 */

const rate = 48_000;
const oneMillisecond = rate / 1_000;
const moods = ["", "minimal", "busy", "dreamy lo-fi feel", "with piano and choir", "drum loop"];
/** Far below and above what any style is at home in, and none of them round. */
const tempos = [31.7, 58, 77.3, 93.01, 111.1, 128, 149.9, 174.4, 211, 299];
/** Factors of a whole number of bars; two are rounded by nearly 1 %, one is cut in mid-bar. */
const lengths = [1, 0.9905, 1.0095, 0.83];
const secondsMax = 30;
/** Three hits in the time of an eighth. */
const rolling: readonly string[] = ["trap", "dubstep"];

function requestsFor(style: string, salt: number): EngineRequest[] {
  return tempos.flatMap((bpm, index) =>
    moods.slice(index % 2, 4 + (index % 2)).map((mood, turn) => {
      const bars = bpm < 60 ? 1 : 1 + ((index + turn) % 4);
      const share = lengths[(index + turn + salt) % lengths.length] ?? 1;
      const seconds = Math.min(secondsMax, bars * secondsPerBar(bpm) * share);
      const seed = salt * 1_009 + index * 31 + turn;
      return musicRequest({ prompt: `${style} ${mood}`, bpm, seconds, seed, key: undefined });
    }),
  );
}

/** Where each note and each hit begins, in frames. */
function beginningsOf(request: EngineRequest): number[] {
  const { drums, parts, grid } = compose(request);
  const written = [...drums.flatMap(({ hits }) => hits), ...parts.flatMap(({ notes }) => notes)];
  return written.map(({ step }) => step * grid.framesPerStep);
}

describe.each(styles.map((style, index) => [style.name, style, index] as const))(
  "every note of %s",
  (name, { swings = false, mix }, index) => {
    const requests = requestsFor(name, index);
    const farFromGrid = (divisions: readonly number[]) =>
      requests.flatMap((request) => {
        const framesPerBeat = (60 * rate) / request.bpm;
        return beginningsOf(request)
          .filter((at) => distanceFromGrid(at, framesPerBeat, divisions) > oneMillisecond)
          .map((at) => ({ prompt: request.prompt, bpm: request.bpm, at }));
      });

    it("begins within 1 ms of a sixteenth of the asked tempo, or of a triplet of sixteenths", () => {
      expect(requests.flatMap(beginningsOf).length).toBeGreaterThan(requests.length);
      expect(farFromGrid([4, 6])).toEqual([]);
    });

    it("begins before the loop ends", () => {
      const late = requests.filter((request) =>
        beginningsOf(request).some((at) => Math.round(at) >= request.frames),
      );
      expect(late).toEqual([]);
    });

    it("is repeated by the echo on the same grid", () => {
      // A swung sixteenth is late by a third of itself; so would be its echo after odd sixteenths.
      expect(swings ? mix.echoSteps % 2 : 0).toBe(0);
      expect(Number.isInteger(mix.echoSteps)).toBe(true);
    });

    it("begins on a straight sixteenth unless the style swings or rolls", () => {
      const isStraight = farFromGrid([4]).length === 0;
      expect(isStraight).toBe(!swings && !rolling.includes(name));
    });
  },
);
