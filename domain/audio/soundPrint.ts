import { type Heard, octaves } from "./octaves.js";
import { cellsOf, headSegments, height, loudness, toByte, toText } from "./printCells.js";
import { audiblePower, decibels, loudestPower } from "./soundCheck.js";
import { keysOf } from "./soundKey.js";

/**
 * What a file sounds like, in a few hundred bytes: per quarter of a second and octave how loud it is,
 * and how high. It begins where the sound begins. What changes the bytes and not the sound (a delay,
 * dither, another rate, a turned channel, a cut end) hardly changes it; gain and tone are left out
 * where two are compared (sameSound.ts) and where one is filed (soundKey.ts).
 */
export interface SoundPrint {
  /** Base64url; what two prints are compared by (sameSound.ts). */
  readonly text: string;
  /** Where it is filed: similar sounds have the same key, or one that is a near key of the other. */
  readonly key: string;
  readonly nearKeys: readonly string[];
}

/** 245 ms. */
const segmentBlocks = 46;
/** 3.9 s: what is longer is known by how it begins. */
const segmentsMax = 16;
/** The print begins with the first block this near to the loudest 32 ms. */
const startBelowLoudestDb = 30;

export function printOf(heard: Heard): SoundPrint {
  const start = startOf(heard);
  const segments = Math.min(segmentsMax, Math.floor((heard.blocks - start) / segmentBlocks));
  const headBlocks = Math.min(segments, headSegments) * segmentBlocks;
  const reference = audiblePower(heard, start, headBlocks);
  const bytes = new Uint8Array(2 * octaves * segments);
  for (let cell = 0; cell < octaves * segments; cell += 1) {
    const from = start + Math.floor(cell / octaves) * segmentBlocks;
    const [loud, high] = cellOf(heard, from, cell % octaves, reference);
    bytes[2 * cell] = toByte(loud, loudness);
    bytes[2 * cell + 1] = toByte(high, height);
  }
  return { text: toText(bytes), ...keysOf(cellsOf(bytes)) };
}

/** A quiet beginning counts for nothing: the same sound after a pause is the same sound. */
function startOf(heard: Heard): number {
  const last = heard.blocks - headSegments * segmentBlocks;
  const audible = loudestPower(heard) / 10 ** (startBelowLoudestDb / 10);
  let start = 0;
  while (start < last && audiblePower(heard, start, 1) < audible) start += 1;
  return start;
}

function cellOf(
  { energy, below, steps }: Heard,
  from: number,
  octave: number,
  reference: number,
): readonly [loud: number, high: number] {
  let [own, all, stepping] = [0, 0, 0];
  for (let block = from; block < from + segmentBlocks; block += 1) {
    const cell = block * octaves + octave;
    own += energy[cell] ?? 0;
    all += below[cell] ?? 0;
    stepping += steps[cell] ?? 0;
  }
  const isHeard = decibels(all / segmentBlocks) - decibels(reference) > loudness.from;
  // How high the highest octave is depends on the rate that the file had.
  const high = isHeard && octave > 0 ? decibels(stepping / all) : height.from;
  return [decibels(own / segmentBlocks) - decibels(reference), high];
}
