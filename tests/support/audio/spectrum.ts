import FFT from "fft.js";

/** Power in each bin of a Hann-windowed stretch that begins at a frame. */
export type Spectrum = (samples: Float32Array, start: number) => Float64Array;

/** A spectrum analyser for stretches of so many frames, a power of two. */
export function createSpectrum(size: number): Spectrum {
  const transform = new FFT(size);
  const window = Float64Array.from(
    { length: size },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / size),
  );
  const output = transform.createComplexArray();
  return (samples, start) => {
    const input = Array.from(window, (weight, i) => weight * (samples[start + i] ?? 0));
    transform.realTransform(output, input);
    return Float64Array.from({ length: size / 2 }, (_, bin) => {
      const [re, im] = [Number(output[2 * bin]), Number(output[2 * bin + 1])];
      return re * re + im * im;
    });
  };
}
