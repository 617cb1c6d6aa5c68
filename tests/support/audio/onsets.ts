import { createSpectrum } from "./spectrum.js";

/** Long windows tell a new sound from the beating of held ones, short windows tell when it began. */
const coarse = { windowFrames: 2048, hopFrames: 96, spectrumOf: createSpectrum(2048) } as const;
const fine = { windowFrames: 256, hopFrames: 24, spectrumOf: createSpectrum(256) } as const;
type Scale = typeof coarse | typeof fine;

/** How strongly quiet bins count against loud ones. */
const gammas = { coarse: 10, fine: 1 } as const;
/** Below, a short window holds too little of a wave to tell its growth from its swing. */
const firstBin = 2;
/** An onset is what grows most within so many frames to either side: 25 ms. */
const reachFrames = 1_200;
/** Growth below this share of the strongest is the breathing of held tones. */
const strengthMin = 0.4;
/** The exact time is looked for this far to either side: 24 ms. */
const refineFrames = 1_152;
/** Of the loop's other end, on either side of it. */
const marginFrames = 4_096;

/**
 * Frames, at 48 kHz, at which something begins to sound, by growth of the spectrum. The sound is a
 * loop: before its beginning comes its end.
 */
export function onsetsOf(loop: Float32Array): number[] {
  const samples = new Float32Array(loop.length + 2 * marginFrames);
  samples.set(loop.subarray(-marginFrames));
  samples.set(loop, marginFrames);
  samples.set(loop.subarray(0, marginFrames), marginFrames + loop.length);
  const growths: number[] = [];
  for (let frame = 0; frame < loop.length; frame += coarse.hopFrames) {
    growths.push(growthAt(samples, marginFrames + frame, coarse, gammas.coarse));
  }
  const strongest = Math.max(...growths);
  const reach = reachFrames / coarse.hopFrames;
  return growths.flatMap((growth, hop) => {
    const around = growths.slice(Math.max(0, hop - reach), hop + reach + 1);
    const isOnset = growth >= strengthMin * strongest && around.every((other) => other <= growth);
    return isOnset ? [refine(samples, marginFrames + hop * coarse.hopFrames) - marginFrames] : [];
  });
}

function refine(samples: Float32Array, near: number): number {
  let best = { frame: near, growth: -1 };
  for (let offset = -refineFrames; offset <= refineFrames; offset += fine.hopFrames) {
    const growth = growthAt(samples, near + offset, fine, gammas.fine);
    if (growth > best.growth) best = { frame: near + offset, growth };
  }
  return best.frame;
}

/** How much louder the bins are in a window just after a frame than in one just before it. */
function growthAt(samples: Float32Array, frame: number, scale: Scale, gamma: number): number {
  const { windowFrames, spectrumOf } = scale;
  const start = frame - windowFrames / 2;
  const level = (power: number) => Math.log(1 + gamma * Math.sqrt(power));
  const before = spectrumOf(samples, start - 48).map(level);
  const after = spectrumOf(samples, start + 48);
  return after.reduce(
    (sum, power, bin) =>
      bin < firstBin ? sum : sum + Math.max(0, level(power) - (before[bin] ?? 0)),
    0,
  );
}

/** How far each onset is from the nearest of the positions that divide a beat, in frames. */
export function distancesFromGrid(
  onsets: readonly number[],
  framesPerBeat: number,
  divisions: readonly number[],
): number[] {
  return onsets.map((onset) =>
    Math.min(
      ...divisions.map((parts) => {
        const steps = (onset * parts) / framesPerBeat;
        return (Math.abs(steps - Math.round(steps)) * framesPerBeat) / parts;
      }),
    ),
  );
}
