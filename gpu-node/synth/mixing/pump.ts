import type { Song } from "../composing/song.js";
import { at, framesOfSeconds } from "../sound/samples.js";
import { frameOf } from "./perform.js";

/** The duck starts this much ahead of the kick, so that it is down when the kick comes. */
const leadFrames = framesOfSeconds(0.004);
const releaseSecondsMax = 0.35;
const releaseBeats = 0.8;
const stepsPerBeat = 4;

/** Kicks softer than this do not push. */
const strongKick = 0.6;

/** Gains, one a frame, that make room for each kick and rise again before the next beat. */
export function duckingGains(song: Song): Float32Array {
  const { grid, style } = song;
  const gains = new Float32Array(grid.frames).fill(1);
  const beats = releaseBeats * stepsPerBeat * grid.framesPerStep;
  const releaseFrames = Math.floor(Math.min(beats, framesOfSeconds(releaseSecondsMax)));
  for (const { drum, hits } of style.mix.pump === 0 ? [] : song.drums) {
    if (drum !== "kick") continue;
    for (const hit of hits.filter(({ velocity }) => velocity > strongKick)) {
      duck(gains, frameOf(song, hit), releaseFrames, song);
    }
  }
  return gains;
}

function duck(gains: Float32Array, kick: number, releaseFrames: number, song: Song): void {
  const { grid, style } = song;
  for (let offset = -leadFrames; offset < releaseFrames; offset += 1) {
    const frame = kick + offset;
    if (!grid.isSeamless && (frame < 0 || frame >= gains.length)) continue;
    const target = ((frame % gains.length) + gains.length) % gains.length;
    const way = offset < 0 ? -offset / leadFrames : offset / releaseFrames;
    const gain = 1 - style.mix.pump * (1 - way) * (1 - way);
    if (gain < at(gains, target)) gains[target] = gain;
  }
}
