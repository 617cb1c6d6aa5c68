import type { MeasuredAudio } from "../../domain/audio/audioRules.js";
import { FfmpegError } from "./ffmpeg.js";

interface Expected {
  readonly frames: number;
  readonly sampleRate: number;
  readonly channels: number;
}

/**
 * Finds the measurements in what FFmpeg's filters print:
 *
 *   [silencedetect @ 0x…] silence_end: 5.5 | silence_duration: 0.75
 *   [Parsed_volumedetect_1 @ 0x…] n_samples: 576000
 *   [Parsed_volumedetect_1 @ 0x…] mean_volume: -19.4 dB
 *   [Parsed_volumedetect_1 @ 0x…] max_volume: -0.3 dB
 *   [Parsed_volumedetect_1 @ 0x…] histogram_0db: 1278
 *
 * The histogram begins at the loudest whole decibel that occurs; 0 counts samples above −1 dBFS. Newer
 * versions may call nothing but zeros -inf.
 * @throws FfmpegError when a measurement is missing, or not all samples were measured
 */
export function readAudioReport(report: string, expected: Expected): MeasuredAudio {
  const samples = numberAfter(report, "n_samples:");
  if (samples !== expected.frames * expected.channels) {
    throw new FfmpegError("FAILED", `FFmpeg measured ${samples} samples, not all there are.`);
  }
  const silences = [...report.matchAll(/silence_duration: (\d+(?:\.\d+)?)/g)];
  const silentSeconds = silences.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
  const [, fullScale = "0"] = /histogram_0db: (\d+)/.exec(report) ?? [];
  return {
    frames: expected.frames,
    peakDb: numberAfter(report, "max_volume:"),
    meanDb: numberAfter(report, "mean_volume:"),
    silentShare: Math.min(1, (silentSeconds * expected.sampleRate) / expected.frames),
    fullScaleShare: Number(fullScale) / samples,
  };
}

function numberAfter(report: string, label: string): number {
  const text = report.split(label)[1] ?? "";
  const value = Number.parseFloat(text.trimStart().replace(/^-inf/, "-Infinity"));
  if (!Number.isNaN(value)) return value;
  throw new FfmpegError(
    "FAILED",
    `FFmpeg reports no ${label} Does it have the volumedetect filter?`,
  );
}
