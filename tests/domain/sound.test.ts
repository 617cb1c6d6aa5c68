import { describe, expect, it } from "vitest";
import { hear } from "../../domain/audio/octaves.js";
import { printOf } from "../../domain/audio/soundPrint.js";
import { generationDecider } from "../../domain/generation/decider.js";
import { formulaOf, unitsOf } from "../../domain/sharing/work.js";
import type { SoundCommand } from "../../domain/sound/commands.js";
import { firstHeard, soundDecider } from "../../domain/sound/decider.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { completeWithCopy, idOf, leased, requested } from "../support/generations.js";
import { loopOf, samplesOf } from "../support/madeUpSounds.js";

const printed = (seed: number) => printOf(hear(samplesOf(loopOf(seed), 1), 48_000)).text;

describe("what was heard under a key", () => {
  const given = deciderSpec(soundDecider);
  const about = { generationId: idOf(1), nodeId: idOf(2), at: "2026-11-22T16:00:10.000Z" };
  const hearing = (print: string, inputs: string): SoundCommand => ({
    ...{ type: "HearSound", key: "0f3a", page: 0, print, inputs },
    ...about,
  });
  const first = hearing(printed(1), "first");
  const heard = soundDecider.decide(first, []);

  it("is recorded for the first work that had it, and nothing of it is public", () => {
    const { type: _, page: _page, ...known } = first;
    expect(heard).toEqual([{ type: "SoundHeard", public: {}, private: known, sealed: {} }]);
  });

  it("is not recorded again, whoever comes with it", () => {
    given(...heard)
      .when(hearing(printed(1), "first"))
      .thenNothing();
    given(...heard)
      .when(hearing(printed(1), "second"))
      .thenNothing();
  });

  it("tells apart what lies under the same key", () => {
    const other = soundDecider.decide(
      hearing(printed(2), "second"),
      stateAfter(soundDecider, heard),
    );
    expect(other).toHaveLength(1);
    const state = stateAfter(soundDecider, [...heard, ...other]);
    expect(firstHeard(state, printed(2))?.inputs).toBe("second");
    expect(firstHeard(state, printed(3))).toBeUndefined();
  });
});

describe("audio that other work had before", () => {
  it("is delivered, and worth nothing", () => {
    const state = stateAfter(generationDecider, [requested(), leased(1)]);
    const [completed, contribution] = generationDecider.decide(completeWithCopy(1), state);
    expect(completed).toMatchObject({ private: { heardBefore: true } });
    expect(contribution?.public).toMatchObject({ heardBefore: true, audioMs: 6000 });
  });

  it("says so in its formula, and other work says nothing of it", () => {
    const work = { audioMs: 6000, stems: false, inTime: true };
    expect(unitsOf({ ...work, heardBefore: true })).toBe(0);
    expect(formulaOf({ ...work, heardBefore: true })).toBe(
      "6000 ms of audio × 2 (without stems) × 2 (in time) × 0 (other work had this audio before) = 0 units",
    );
    expect(formulaOf(work)).toBe(
      "6000 ms of audio × 2 (without stems) × 2 (in time) = 24000 units",
    );
  });
});
