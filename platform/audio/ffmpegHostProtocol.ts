import type { FfmpegFailure } from "./ffmpeg.js";

/** What the audio decoder and the process that runs FFmpeg for it say to each other. */
export interface HostRequest {
  readonly id: string;
  /** A WAV file with a header of our own; the host only reads it. */
  readonly wavFile: string;
}

export type HostAnswer =
  | {
      readonly id: string;
      /** What FFmpeg printed. */
      readonly report: string;
      /** 16-bit samples; whoever asked removes it. */
      readonly outputFile: string;
    }
  | { readonly id: string; readonly failure: FfmpegFailure; readonly message: string };
