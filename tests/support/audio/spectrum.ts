import FFT from "fft.js";

/** Power in each bin of a Hann-windowed stretch that begins at a frame. Valid until the next call. */
export type Spectrum = (samples: Float32Array, start: number) => Float64Array;

/** A spectrum analyser for stretches of so many frames, a power of two. */
export function createSpectrum(size: number): Spectrum {
  const transform = new FFT(size);
  const input = new Float64Array(size);
  const output = transform.createComplexArray();
  const power = new Float64Array(size / 2);
  const window = input.map((_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size));
  return (samples, start) => {
    for (let i = 0; i < size; i += 1) input[i] = (window[i] ?? 0) * (samples[start + i] ?? 0);
    transform.realTransform(output, input);
    for (let bin = 0; bin < power.length; bin += 1) {
      power[bin] = output[2 * bin] ** 2 + output[2 * bin + 1] ** 2;
    }
    return power;
  };
}
