import { at, type Stereo, silence } from "../sound/samples.js";

/** What goes on from left to right, and from right back to left. */
const crossing = { rightwards: 0.67, leftwards: 0.42 } as const;
/** Coefficient of the low-pass that dulls every repeat. */
const damping = 0.45;
/** After so many repeats less than -40 dB is left. */
const repeats = 7;

/**
 * An echo that falls on the grid and answers from the other side each time. Returns the repeats
 * without the sound itself.
 */
export function repeat(send: Stereo, delayFrames: number, wraps: boolean): Stereo {
  const { length } = send.left;
  const output = silence(length);
  const memory = silence(delayFrames);
  let left = 0;
  let right = 0;
  let position = 0;
  // In front of a loop that wraps sounds its own end.
  const leadFrames = wraps ? repeats * delayFrames : 0;
  let source = (length - (leadFrames % length)) % length;
  for (let frame = -leadFrames; frame < length; frame += 1) {
    left += (1 - damping) * (at(memory.left, position) - left);
    right += (1 - damping) * (at(memory.right, position) - right);
    if (frame >= 0) {
      output.left[frame] = left;
      output.right[frame] = right;
    }
    // Both channels enter on the left; each repeat crosses over.
    const entering = (at(send.left, source) + at(send.right, source)) / 2;
    source = source + 1 === length ? 0 : source + 1;
    memory.left[position] = entering + crossing.leftwards * right;
    memory.right[position] = crossing.rightwards * left;
    position = position + 1 === delayFrames ? 0 : position + 1;
  }
  return output;
}
