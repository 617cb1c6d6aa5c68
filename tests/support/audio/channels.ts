/** One channel of interleaved stereo, from -1 to 1. */
export const channelOf = (pcm: Int16Array, channel: 0 | 1): Float32Array =>
  Float32Array.from(
    { length: pcm.length / 2 },
    (_, frame) => (pcm[2 * frame + channel] ?? 0) / 32_768,
  );

/** Both channels of one or more sounds of the same length, added up. */
export function monoOf(...sounds: readonly Int16Array[]): Float32Array {
  const sum = new Float32Array((sounds[0]?.length ?? 0) / 2);
  for (const pcm of sounds) {
    for (let frame = 0; frame < sum.length; frame += 1) {
      sum[frame] = (sum[frame] ?? 0) + ((pcm[2 * frame] ?? 0) + (pcm[2 * frame + 1] ?? 0)) / 65_536;
    }
  }
  return sum;
}
