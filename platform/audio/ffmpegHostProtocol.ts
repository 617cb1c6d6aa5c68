import type { FileRange } from "../fileParts.js";
import type { FfmpegFailure } from "./ffmpeg.js";
import type { Sound } from "./listenTo.js";

/** Audio to decode. */
export interface HostInput {
  /** Of a WAV file, our own and true: no byte of a stranger's header goes any further. Base64. */
  readonly header: string;
  /** Hz. */
  readonly sampleRate: number;
  /** The samples that follow it. The host only reads them. */
  readonly data: FileRange;
}

/** What the audio decoder and the process that runs FFmpeg for it say to each other. */
export interface HostRequest {
  readonly id: string;
  /** Without audio, it is only asked. */
  readonly audio?: HostInput;
}

export type HostAnswer =
  /** At once: the request is there, and something is done about it. */
  | { readonly id: string; readonly taken: true }
  | {
      readonly id: string;
      /** What FFmpeg printed. */
      readonly report: string;
      readonly sound: Sound;
      /** 16-bit samples; whoever asked removes it. */
      readonly outputFile: string;
    }
  | { readonly id: string; readonly failure: FfmpegFailure; readonly message: string };
