import { type FilterMove, filterInPlace } from "./filter.js";

/** What a filter remembers: the end of the loop that sounds before its beginning. */
const leadFrames = 4_096;

/** Filters a loop that has been going on before it begins, so that its ends still meet. */
export function filterLoop(loop: Float32Array, move: FilterMove): Float32Array {
  const { length } = loop;
  const lead = Math.min(leadFrames, length);
  const unrolled = new Float32Array(lead + length);
  unrolled.set(loop.subarray(length - lead));
  unrolled.set(loop, lead);
  const cutoff = (frame: number): number => move.cutoff((frame - lead + length) % length);
  filterInPlace(unrolled, { ...move, cutoff });
  return unrolled.subarray(lead);
}
