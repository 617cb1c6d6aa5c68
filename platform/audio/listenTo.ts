import { readFileSync } from "node:fs";
import { hear } from "../../domain/audio/octaves.js";
import { type MeasuredSound, measureSound } from "../../domain/audio/soundCheck.js";
import { printOf, type SoundPrint } from "../../domain/audio/soundPrint.js";

/** What a file sounds like: whether there is enough of it, and what it is known by. */
export interface Sound {
  readonly measured: MeasuredSound;
  readonly print: SoundPrint;
}

/**
 * Of bare samples, as FFmpeg writes them for the audio check: 16 bits, stereo. It runs in FFmpeg's
 * host, whose heap is small: a file in memory costs its collector little there.
 */
export function listenTo(path: string, sampleRate: number): Sound {
  const bytes = readFileSync(path);
  const pcm = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const heard = hear(pcm, sampleRate);
  return { measured: measureSound(heard), print: printOf(heard) };
}
