import { at, peakWithin, type Stereo } from "../sound/samples.js";

/** The gain is decided for blocks of 0.7 ms and drawn in straight lines between them. */
const framesPerBlock = 32;
/** A peak is held for this many blocks to either side, 11 ms: more than half a wave of 50 Hz. */
const holdBlocks = 16;
/** The held gain is averaged over one block less, so that it never exceeds what a peak needs. */
const smoothBlocks = holdBlocks - 1;

/**
 * Gains, one a frame, that bring every peak of a sound down to the ceiling and move slowly enough
 * not to be heard. They look ahead, and around the end of a loop that wraps.
 */
export function limitingGains(sound: Stereo, ceiling: number, wraps: boolean): Float32Array {
  const needed = neededGains(sound, ceiling);
  const held = smallest(needed, holdBlocks, wraps);
  const smooth = average(held, smoothBlocks, wraps);
  const gains = new Float32Array(sound.left.length);
  for (let block = 0; block < smooth.length; block += 1) {
    const here = at(smooth, block);
    const next = block + 1 < smooth.length ? at(smooth, block + 1) : at(smooth, wraps ? 0 : block);
    const start = block * framesPerBlock;
    // The last block of a loop may be shorter, and meets the first all the same.
    const frames = Math.min(framesPerBlock, gains.length - start);
    const slope = (next - here) / frames;
    for (let offset = 0; offset < frames; offset += 1)
      gains[start + offset] = here + slope * offset;
  }
  return gains;
}

/** For each block the largest gain that keeps its peak below the ceiling, at most 1. */
function neededGains({ left, right }: Stereo, ceiling: number): Float32Array {
  const needed = new Float32Array(Math.ceil(left.length / framesPerBlock));
  for (let block = 0; block < needed.length; block += 1) {
    const start = block * framesPerBlock;
    const end = Math.min(left.length, start + framesPerBlock);
    const peak = Math.max(peakWithin(left, start, end), peakWithin(right, start, end));
    needed[block] = peak > ceiling ? ceiling / peak : 1;
  }
  return needed;
}

/** The smallest of each value and its neighbours as far as the reach. */
function smallest(values: Float32Array, reach: number, wraps: boolean): Float32Array {
  const padded = pad(values, reach, wraps);
  return values.map((_, index) => {
    let result = at(padded, index);
    for (let offset = 1; offset <= 2 * reach; offset += 1) {
      const value = at(padded, index + offset);
      if (value < result) result = value;
    }
    return result;
  });
}

/** The mean of each value and its neighbours as far as the reach. */
function average(values: Float32Array, reach: number, wraps: boolean): Float32Array {
  const padded = pad(values, reach, wraps);
  return values.map((_, index) => {
    let sum = 0;
    for (let offset = 0; offset <= 2 * reach; offset += 1) sum += at(padded, index + offset);
    return sum / (2 * reach + 1);
  });
}

/** Continues values at both ends: around the loop, or with what is at the end. */
function pad(values: Float32Array, reach: number, wraps: boolean): Float32Array {
  const { length } = values;
  return new Float32Array(length + 2 * reach).map((_, index) => {
    const target = index - reach;
    if (wraps) return at(values, ((target % length) + length) % length);
    return at(values, Math.min(length - 1, Math.max(0, target)));
  });
}
