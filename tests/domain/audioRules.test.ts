import { describe, expect, it } from "vitest";
import { formatRefusal, type MeasuredAudio, soundRefusal } from "../../domain/audio/audioRules.js";
import type { PcmFormat } from "../../domain/audio/writeWav.js";

const asked = { sampleRate: 48_000, frames: 100 };
const sound: MeasuredAudio = {
  frames: 100,
  peakDb: -3,
  meanDb: -15,
  silentShare: 0,
  fullScaleShare: 0.01,
};

function refusalOf(format: Partial<PcmFormat>, bytes: number) {
  const data = { start: 44, end: 44 + bytes };
  const full: PcmFormat = { sampleRate: 48_000, channels: 2, bitsPerSample: 16, ...format };
  return formatRefusal({ format: full, fmt: { start: 20, end: 36 }, data }, asked)?.reason;
}

describe("the header of uploaded audio", () => {
  it("is as asked, in 16 or 24 bits", () => {
    expect(refusalOf({}, 400)).toBeUndefined();
    expect(refusalOf({ bitsPerSample: 24 }, 600)).toBeUndefined();
  });

  it.each([
    ["another rate", { sampleRate: 44_100 }, 400, "WRONG_RATE"],
    ["one channel", { channels: 1 }, 200, "WRONG_CHANNELS"],
    ["a frame too few", {}, 396, "WRONG_LENGTH"],
    ["a frame too many", {}, 404, "WRONG_LENGTH"],
  ] as const)("is refused with %s", (_what, format, bytes, reason) => {
    expect(refusalOf(format, bytes)).toBe(reason);
  });
});

describe("the sound of uploaded audio", () => {
  it.each([
    ["music", {}, undefined],
    ["a quiet loop", { peakDb: -60 }, undefined],
    ["nearly nothing", { peakDb: -60.1 }, "SILENT"],
    ["a sparse stem", { silentShare: 0.95 }, undefined],
    ["a blip in silence", { silentShare: 0.96 }, "SILENT"],
    ["a sine at full scale", { peakDb: 0, fullScaleShare: 0.3 }, undefined],
    ["a signal at the rails", { peakDb: 0, fullScaleShare: 0.36 }, "CLIPPED"],
  ] as const)("is judged by its measurements: %s", (_what, measured, reason) => {
    expect(soundRefusal({ ...sound, ...measured })?.reason).toBe(reason);
  });
});
