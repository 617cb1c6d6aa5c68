import { octaves } from "./octaves.js";

/** How a print is written down: a byte for each number, so that it fits into an event. */

/** The shortest loop, of 1 s, has so many; the key looks at no more. */
export const headSegments = 4;

/** One byte each: loudness beside that of the head, and the height of what is in and below an octave. */
export const loudness = { from: -40, step: 0.25 };
export const height = { from: -30, step: 0.125 };
const byteMax = 255;

interface Scale {
  readonly from: number;
  readonly step: number;
}

export const toByte = (value: number, { from, step }: Scale): number =>
  Math.max(0, Math.min(byteMax, Math.round((value - from) / step)));

/** A print as numbers, in dB; cell after cell, the octaves of a segment together. */
export interface PrintCells {
  /** Beside that of the head. */
  readonly loudness: Float64Array;
  /** Undefined height is NaN: nothing is heard there. */
  readonly height: Float64Array;
}

export const readPrint = (text: string): PrintCells => cellsOf(fromBase64Url(text));

export function cellsOf(bytes: Uint8Array): PrintCells {
  const segments = Math.floor(bytes.length / (2 * octaves));
  const loud = new Float64Array(octaves * segments);
  const high = new Float64Array(octaves * segments);
  for (let cell = 0; cell < loud.length; cell += 1) {
    const [loudByte = 0, highByte = 0] = [bytes[2 * cell], bytes[2 * cell + 1]];
    loud[cell] = loudByte * loudness.step + loudness.from;
    high[cell] = highByte === 0 ? Number.NaN : highByte * height.step + height.from;
  }
  return { loudness: loud, height: high };
}

export const toText = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
