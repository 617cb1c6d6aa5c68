import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
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
  const bytes = contentOf(path);
  const pcm = new Int16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  const heard = hear(pcm, sampleRate);
  return { measured: measureSound(heard), print: printOf(heard) };
}

/** 30 s of 48 kHz. What is longer gets memory of its own. */
const keptBytes = 30 * 48_000 * 4;
let kept: Buffer | undefined;

/** In memory that the next file uses again: with fresh memory for each, the collector would look through the heap all the time. */
function contentOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size > keptBytes) return readFileSync(file);
    kept ??= Buffer.allocUnsafeSlow(keptBytes);
    return kept.subarray(0, readSync(file, kept, 0, size, 0));
  } finally {
    closeSync(file);
  }
}
