import type { FfmpegFailure } from "./ffmpeg.js";

/** What the audio decoder and the process that runs FFmpeg for it say to each other. */
export interface HostRequest {
  readonly id: string;
  /** A WAV file with a header of our own; the host only reads it. Without one, it is only asked. */
  readonly wavFile?: string;
}

export type HostAnswer =
  /** At once: the request is there, and something is done about it. */
  | { readonly id: string; readonly taken: true }
  | {
      readonly id: string;
      /** What FFmpeg printed. */
      readonly report: string;
      /** 16-bit samples; whoever asked removes it. */
      readonly outputFile: string;
    }
  | { readonly id: string; readonly failure: FfmpegFailure; readonly message: string };
