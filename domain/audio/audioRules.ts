import { sizeOf } from "../byteRange.js";
import { channels } from "./music.js";
import type { Wav } from "./readWav.js";
import { wavFaults } from "./riff.js";
import { bytesPerFrame } from "./writeWav.js";

/** What audio must be like to count as work, and the closed list of reasons why it does not. */
export const audioFaults = [
  ...wavFaults,
  "WRONG_RATE",
  "WRONG_CHANNELS",
  "WRONG_LENGTH",
  "SILENT",
  "CLIPPED",
  "DECODER_FAILED",
] as const;
export type AudioFault = (typeof audioFaults)[number];

export interface AudioRefusal {
  readonly reason: AudioFault;
  /** A sentence for the operator of the node that made the file. */
  readonly message: string;
}

export interface AskedAudio {
  /** Hz */
  readonly sampleRate: number;
  /** Exact length. */
  readonly frames: number;
  /** A loop may consist of one hit a bar. */
  readonly bpm?: number;
}

/** As FFmpeg measured it, levels to a tenth of a decibel. */
export interface MeasuredAudio {
  readonly frames: number;
  /** The loudest sample. dB below full scale: 0 is the loudest, −91 stands for nothing but zeros. */
  readonly peakDb: number;
  /** Root mean square of all samples, in the same unit. */
  readonly meanDb: number;
  /** Share of the length, from 0 to 1, in which all channels stay under `silenceDb`. */
  readonly silentShare: number;
  /** Share of samples, from 0 to 1, within 1 dB of full scale. */
  readonly fullScaleShare: number;
}

export const silenceDb = -60;
/** A pause shorter than this is part of the music. Seconds. */
export const silenceSecondsMin = 0.5;
/** A sparse stem may rest for most of the loop; one blip in a silent file is no loop. */
const silentShareMax = 0.95;
/**
 * A sine at full scale spends 2·acos(10^(−1/20))/π = 30 % of its samples within 1 dB of it, loud
 * music less than a tenth. Above this the signal sits at the rails, as after an overflow. Music that
 * is distorted on purpose stays below.
 */
const fullScaleShareMax = 0.35;

/** Looks at the header only. Undefined when it is as asked. */
export function formatRefusal({ format, data }: Wav, asked: AskedAudio): AudioRefusal | undefined {
  if (format.sampleRate !== asked.sampleRate) {
    const message = `The sample rate is ${format.sampleRate} Hz; ${asked.sampleRate} Hz was asked.`;
    return { reason: "WRONG_RATE", message };
  }
  if (format.channels !== channels) {
    return {
      reason: "WRONG_CHANNELS",
      message: `The file has one channel; ${channels} are needed.`,
    };
  }
  const frames = sizeOf(data) / bytesPerFrame(format);
  if (frames !== asked.frames) {
    const message = `The file has ${frames} frames; exactly ${asked.frames} were asked.`;
    return { reason: "WRONG_LENGTH", message };
  }
  return undefined;
}

/** Looks at what was measured. Undefined when it can be heard and is not broken. */
export function soundRefusal(measured: MeasuredAudio): AudioRefusal | undefined {
  const { peakDb, silentShare, fullScaleShare } = measured;
  if (peakDb < silenceDb) {
    const message = `The loudest sample is at ${peakDb} dBFS; below ${silenceDb} dBFS is silence.`;
    return { reason: "SILENT", message };
  }
  if (silentShare > silentShareMax) {
    const message = `${percent(silentShare)} of the length is silence.`;
    return { reason: "SILENT", message };
  }
  if (fullScaleShare > fullScaleShareMax) {
    const message = `${percent(fullScaleShare)} of all samples are at full scale: lower the level.`;
    return { reason: "CLIPPED", message };
  }
  return undefined;
}

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
