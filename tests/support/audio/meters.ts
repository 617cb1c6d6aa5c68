import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

export interface Levels {
  /** Integrated loudness, LUFS. */
  readonly loudness: number;
  /** dBTP. */
  readonly truePeak: number;
}

/** What FFmpeg's meter for EBU R 128 says about interleaved stereo samples. */
export async function measureLevels(pcm: Int16Array, rate: number): Promise<Levels> {
  const input = ["-f", "s16le", "-ar", String(rate), "-ac", "2", "-i", "pipe:0"];
  const meter = ["-af", "ebur128=peak=true", "-f", "null", "-"];
  const ffmpeg = spawn("ffmpeg", ["-hide_banner", "-nostats", "-nostdin", ...input, ...meter], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  ffmpeg.stdin.end(Buffer.from(pcm.buffer, pcm.byteOffset, pcm.byteLength));
  const report = await text(ffmpeg.stderr);
  const summary = report.slice(report.lastIndexOf("Summary:"));
  return {
    loudness: numberAfter(summary, /I:\s+(-?[\d.]+|-inf) LUFS/),
    truePeak: numberAfter(summary, /True peak:\s+Peak:\s+(-?[\d.]+|-inf) dBFS/),
  };
}

function numberAfter(report: string, pattern: RegExp): number {
  const found = pattern.exec(report)?.[1];
  if (found === undefined) throw new Error(`FFmpeg reported no ${pattern.source}: ${report}`);
  return found === "-inf" ? Number.NEGATIVE_INFINITY : Number(found);
}
