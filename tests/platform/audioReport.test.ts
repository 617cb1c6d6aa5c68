import { describe, expect, it } from "vitest";
import { readAudioReport } from "../../platform/audio/audioReport.js";
import { FfmpegError } from "../../platform/audio/ffmpeg.js";

const expected = { frames: 100_000, sampleRate: 50_000, channels: 2 };

const report = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries({
    n_samples: "200000",
    mean_volume: "-19.4 dB",
    max_volume: "-0.3 dB",
    histogram_0db: "1000",
    histogram_1db: "7000",
    ...changes,
  })
    .map(([name, value]) => `[Parsed_volumedetect_2 @ 0x5574ab637840] ${name}: ${value}`)
    .join("\n");

describe("FFmpeg's report", () => {
  it("is read into measurements", () => {
    const silences = ["0.5 | silence_duration: 0.5", "2 | silence_duration: 0.75"].map(
      (text) => `[silencedetect @ 0x55b5a0632b00] silence_end: ${text}`,
    );
    expect(readAudioReport([...silences, report()].join("\n"), expected)).toEqual({
      frames: 100_000,
      peakDb: -0.3,
      meanDb: -19.4,
      silentShare: 0.625,
      fullScaleShare: 0.005,
    });
  });

  it("may say that there is no level at all", () => {
    const silent = report({ max_volume: "-inf dB", mean_volume: "-inf dB" });
    expect(readAudioReport(silent, expected).peakDb).toBe(Number.NEGATIVE_INFINITY);
  });

  it("has no samples at full scale when its histogram begins lower", () => {
    const quiet = report().replace(/histogram_0db.*/, "");
    expect(readAudioReport(quiet, expected).fullScaleShare).toBe(0);
  });

  it.each([
    ["lacks a measurement", report().replace(/max_volume.*/, "")],
    ["is empty", ""],
    ["is about a part of the file only", report({ n_samples: "199998" })],
  ])("is our failure when it %s", (_what, text) => {
    expect(() => readAudioReport(text, expected)).toThrow(FfmpegError);
  });
});
