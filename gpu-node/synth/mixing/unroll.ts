import type { Stereo } from "../sound/samples.js";

/**
 * A loop with its own end in front of it, for effects that ring on: what rings past the end of a
 * loop that wraps is heard at its beginning. `cutLead` takes the front off again.
 */
export const unroll = ({ left, right }: Stereo, leadFrames: number): Stereo => ({
  left: withLead(left, leadFrames),
  right: withLead(right, leadFrames),
});

function withLead(loop: Float32Array, leadFrames: number): Float32Array {
  const unrolled = new Float32Array(leadFrames + loop.length);
  const partial = leadFrames % loop.length;
  unrolled.set(loop.subarray(loop.length - partial));
  for (let frame = partial; frame < unrolled.length; frame += loop.length)
    unrolled.set(loop, frame);
  return unrolled;
}

export const cutLead = ({ left, right }: Stereo, leadFrames: number): Stereo => ({
  left: left.subarray(leadFrames),
  right: right.subarray(leadFrames),
});
