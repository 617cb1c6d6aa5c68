import { createSpectrum } from "./spectrum.js";

const hopFrames = 48;
/** An onset is what rises most within this many hops to either side: 25 ms at 48 kHz. */
const reachHops = 25;

export interface Search {
  readonly windowFrames: number;
  readonly gamma: number;
  readonly strengthMin: number;
}

export function onsetsOf(
  samples: Float32Array,
  rate: number,
  { windowFrames, gamma, strengthMin }: Search,
): number[] {
  const flux = fluxOf(samples, windowFrames, gamma);
  const fine = windowFrames === 256 ? flux : fluxOf(samples, 256, 1);
  const strongest = flux.reduce((most, growth) => Math.max(most, growth), 0);
  return flux.flatMap((growth, hop) => {
    const around = flux.slice(Math.max(0, hop - reachHops), hop + reachHops + 1);
    const isPeak = around.every((other) => other <= growth);
    if (!isPeak || growth < strengthMin * strongest) return [];
    let best = hop;
    for (let h = Math.max(0, hop - 12); h <= hop + 12; h += 1)
      if ((fine[h] ?? 0) > (fine[best] ?? 0)) best = h;
    return [((best + 1) * hopFrames) / rate];
  });
}

function fluxOf(samples: Float32Array, windowFrames: number, gamma: number): number[] {
  const spectrumOf = createSpectrum(windowFrames);
  const padded = new Float32Array(samples.length + windowFrames);
  padded.set(samples, windowFrames / 2);
  const levels: Float64Array[] = [];
  for (let start = 0; start + windowFrames <= padded.length; start += hopFrames) {
    levels.push(spectrumOf(padded, start).map((power) => Math.log(1 + gamma * Math.sqrt(power))));
  }
  return levels.slice(2).map((level, hop) => growth(levels[hop], level));
}

function growth(before: Float64Array | undefined, after: Float64Array): number {
  let sum = 0;
  for (let bin = 2; bin < after.length; bin += 1) {
    sum += Math.max(0, (after[bin] ?? 0) - (before?.[bin] ?? 0));
  }
  return sum;
}

/** How far each onset is from the nearest of the positions that divide a beat, in seconds. */
export function distancesFromGrid(
  onsets: readonly number[],
  secondsPerBeat: number,
  divisions: readonly number[],
): number[] {
  return onsets.map((onset) =>
    Math.min(
      ...divisions.map((parts) => {
        const steps = (onset * parts) / secondsPerBeat;
        return (Math.abs(steps - Math.round(steps)) * secondsPerBeat) / parts;
      }),
    ),
  );
}
