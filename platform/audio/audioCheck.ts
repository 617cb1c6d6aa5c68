import { availableParallelism } from "node:os";
import type { Readable } from "node:stream";
import pLimit from "p-limit";
import {
  type AskedAudio,
  type AudioFault,
  type AudioRefusal,
  formatRefusal,
  type MeasuredAudio,
  soundRefusal,
} from "../../domain/audio/audioRules.js";
import type { Wav } from "../../domain/audio/readWav.js";
import { hearingRefusal } from "../../domain/audio/soundCheck.js";
import type { SoundPrint } from "../../domain/audio/soundPrint.js";
import { bytesPerFrame, type PcmFormat } from "../../domain/audio/writeWav.js";
import { sizeOf } from "../../domain/byteRange.js";
import type { FileRange } from "../fileParts.js";
import { type AudioDecoder, createAudioDecoder } from "./audioDecoder.js";
import { readAudioReport } from "./audioReport.js";
import { FfmpegError, type FfmpegLimits, ffmpegLimits } from "./ffmpeg.js";
import type { ReceivedFile } from "./receivedFile.js";
import type { Sandbox } from "./sandbox.js";

/** FFmpeg is busy with computing all the time: more at once than processors only share them out. */
export const checksAtOnceMax = availableParallelism() + 1;
/** Files that wait, each of a few megabytes on the disk. */
export const checksWaitingMax = 64;

export interface AcceptedAudio {
  readonly accepted: true;
  /** What `pcm` is in: 16 bits at the asked rate. */
  readonly format: PcmFormat;
  /** The samples as a `data` chunk holds them. */
  readonly pcm: FileRange;
  readonly measured: MeasuredAudio;
  /** What it is known by. */
  readonly print: SoundPrint;
  /** Removes `pcm`, unless it lies in the file that was checked. */
  remove(): Promise<void>;
}
export interface RefusedAudio extends AudioRefusal {
  readonly accepted: false;
}
export type AudioVerdict = AcceptedAudio | RefusedAudio;

/** Too many files wait to be checked. It says nothing about this one: the node may send it again. */
export class AudioCheckBusyError extends Error {
  override readonly name = "AudioCheckBusyError";
}

/** A file that was received, its header read. */
export interface ReadFile {
  readonly path: string;
  readonly wav: Wav;
}

export interface AudioCheck {
  /** Takes in a file to be checked. Whoever asked removes it. */
  receive(body: Readable): Promise<ReceivedFile>;
  /** What FFmpeg is shut in by. */
  readonly sandbox: Sandbox;
  /**
   * Decides whether an uploaded file is the audio that was asked for.
   * @throws AudioCheckBusyError
   * @throws FfmpegError when we could not find out; never the node's fault
   */
  check(file: ReadFile, asked: AskedAudio): Promise<AudioVerdict>;
  /** Resolves when files can be received and checked at all. */
  ping(): Promise<void>;
  /** Ends what runs; a check under way fails. */
  close(): void;
}

export function createAudioCheck(
  sandbox: Sandbox,
  limits: FfmpegLimits = ffmpegLimits,
): AudioCheck {
  const decoder = createAudioDecoder(limits, sandbox);
  const queue = pLimit(checksAtOnceMax);
  return {
    receive: (body) => decoder.receive(body),
    sandbox,
    async check(file, asked) {
      const refusal = formatRefusal(file.wav, asked);
      if (refusal !== undefined) return { accepted: false, ...refusal };
      if (queue.pendingCount >= checksWaitingMax) {
        throw new AudioCheckBusyError(
          `${checksWaitingMax} files already wait for the audio check.`,
        );
      }
      return queue(listen, decoder, file, asked);
    },
    ping: () => decoder.ping(),
    close: () => decoder.close(),
  };
}

async function listen(
  decoder: AudioDecoder,
  { path, wav }: ReadFile,
  asked: AskedAudio,
): Promise<AudioVerdict> {
  const { format, data } = wav;
  try {
    const { pcm, report, sound, remove } = await decoder.decode(format, { path, ...data });
    const frames = sizeOf(data) / bytesPerFrame(format);
    const measured = readAudioReport(report, { ...format, frames });
    const refusal = soundRefusal(measured) ?? hearingRefusal(sound.measured, asked);
    if (refusal === undefined) {
      const taken = { format: { ...format, bitsPerSample: 16 as const }, pcm, measured, remove };
      return { accepted: true, ...taken, print: sound.print };
    }
    await remove();
    return { accepted: false, ...refusal };
  } catch (error) {
    if (!(error instanceof FfmpegError) || error.failure !== "CRASHED") throw error;
    return refused("DECODER_FAILED", "The decoder broke down over this file.");
  }
}

const refused = (reason: AudioFault, message: string): RefusedAudio => ({
  accepted: false,
  reason,
  message,
});
