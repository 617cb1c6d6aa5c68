import { formatKey } from "../../../domain/audio/keySpelling.js";
import type { MusicalKey } from "../../../domain/audio/music.js";
import type { EngineRequest } from "../../../gpu-node/engine.js";
import { renderLoop } from "../../../gpu-node/synth/renderLoop.js";
import { monoOf } from "./channels.js";
import { keyShare } from "./keyShare.js";
import { type Levels, measureLevels } from "./meters.js";
import { distanceFromGrid, onsetsOf } from "./onsets.js";
import { type Seam, seamOf } from "./seam.js";
import { styleFeaturesOf, vectorOf } from "./styleFeatures.js";

const rate = 48_000;
/** Sixteenths, and the sixteenth-triplets that swung styles use, as parts of a beat. */
const divisions = [4, 6];
const onGridFrames = 0.005 * rate;

/** A loop of interleaved stereo at 48 kHz, and what it claims to be. */
export interface ClaimedMusic {
  readonly name: string;
  readonly bpm: number;
  readonly key: MusicalKey;
  readonly mix: Int16Array;
  /** The stems of the mix. */
  readonly drums: readonly Int16Array[];
  readonly pitched: readonly Int16Array[];
}

export interface MeasuredMusic extends Levels, Seam {
  readonly name: string;
  readonly keyShare: number;
  readonly drums: Timing;
  readonly pitched: Timing;
  /** See `styleFeatures.ts`. */
  readonly style: readonly number[];
}

export interface Timing {
  readonly onsets: number;
  /** Those more than 5 ms from the grid. */
  readonly off: number;
}

/** Renders a request that names a key, and measures what a musician would hear. */
export function measureMusic(request: EngineRequest): Promise<MeasuredMusic> {
  const { prompt, bpm, key } = request;
  if (key === undefined) throw new Error("Name a key to measure against.");
  const { mix, stems } = renderLoop(request);
  return measure({
    name: `"${prompt}", ${formatKey(key)}, ${bpm} bpm`,
    bpm,
    key,
    mix,
    drums: [...stems].flatMap(([stem, pcm]) => (stem === "drums" ? [pcm] : [])),
    pitched: [...stems].flatMap(([stem, pcm]) => (stem === "drums" ? [] : [pcm])),
  });
}

export async function measure(claimed: ClaimedMusic): Promise<MeasuredMusic> {
  const { name, bpm, key, mix, drums, pitched } = claimed;
  return {
    name,
    keyShare: keyShare(
      pitched.map((pcm) => monoOf(pcm)),
      rate,
      key,
    ),
    drums: timingOf(drums, bpm),
    pitched: timingOf(pitched, bpm),
    style: vectorOf(styleFeaturesOf(monoOf(mix), bpm)),
    ...seamOf(mix),
    ...(await measureLevels(mix, rate)),
  };
}

/** Each stem by itself: together, they would hide each other's weaker onsets. */
function timingOf(stems: readonly Int16Array[], bpm: number): Timing {
  const framesPerBeat = (60 * rate) / bpm;
  const onsets = stems.flatMap((pcm) => onsetsOf(monoOf(pcm)));
  const off = onsets.filter((at) => distanceFromGrid(at, framesPerBeat, divisions) > onGridFrames);
  return { onsets: onsets.length, off: off.length };
}
