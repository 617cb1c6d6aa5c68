/** Below this a tone is too low to be heard. */
const highPassHertz = 30;

/** Sixth order, by Butterworth: 35 Hz lose 0.6 dB, 15 Hz 36 dB. */
export function highPass(samples: Float32Array, rate: number): Float32Array {
  const constant = samples[0] ?? 0;
  const result = samples.map((sample) => sample - constant);
  for (const pole of [1, 3, 5]) highPassTwice(result, rate, 2 * Math.sin((pole * Math.PI) / 12));
  return result;
}

/** A second-order section of the bilinear transform, in place; `damping` is 1 / Q. */
function highPassTwice(samples: Float32Array, rate: number, damping: number): void {
  const w = Math.tan((Math.PI * highPassHertz) / rate);
  const gain = 1 / (1 + damping * w + w * w);
  const b1 = 2 * gain * (w * w - 1);
  const b2 = gain * (1 - damping * w + w * w);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let index = 0; index < samples.length; index += 1) {
    const x = Number(samples[index]);
    const y = gain * (x - 2 * x1 + x2) - b1 * y1 - b2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    samples[index] = y;
  }
}
