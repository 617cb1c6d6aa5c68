import { at, type Stereo, silence } from "../sound/samples.js";

/**
 * A loop with its own end in front of it, for effects that ring on: what rings past the end of a
 * loop that wraps is heard at its beginning. `cutLead` takes the front off again.
 */
export function unroll({ left, right }: Stereo, leadFrames: number): Stereo {
  const frames = left.length;
  const unrolled = silence(leadFrames + frames);
  let source = (frames - (leadFrames % frames)) % frames;
  for (let frame = 0; frame < leadFrames + frames; frame += 1) {
    unrolled.left[frame] = at(left, source);
    unrolled.right[frame] = at(right, source);
    source = source + 1 === frames ? 0 : source + 1;
  }
  return unrolled;
}

export const cutLead = ({ left, right }: Stereo, leadFrames: number): Stereo => ({
  left: left.subarray(leadFrames),
  right: right.subarray(leadFrames),
});
