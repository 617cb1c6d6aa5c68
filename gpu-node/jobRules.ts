import { parseKey } from "../domain/audio/keySpelling.js";
import {
  bpmMax,
  bpmMin,
  promptCharactersMax,
  type SampleRate,
  type Stem,
  sampleRates,
  seedMax,
} from "../domain/audio/music.js";
import type { Job } from "../domain/node/wire.js";
import type { EngineRequest } from "./engine.js";

/** What the operator lends of this machine. */
export interface NodeLimits {
  readonly audioSecondsMax: number;
  /** Hz */
  readonly sampleRateMax: number;
  readonly stems: readonly Stem[];
}

/**
 * The node's own look at a job: a server can be wrong, or taken over, and must not be able to make
 * this machine do more than its operator lends. Undefined when the job is refused.
 */
export function readJob(job: Job, limits: NodeLimits): EngineRequest | undefined {
  const { prompt, bpm, key, frames, seed, stems } = job;
  const sampleRate = sampleRateOf(job, limits);
  if (sampleRate === undefined || frames > limits.audioSecondsMax * sampleRate) return undefined;
  // Said positively: what is no number is within no bounds.
  if (!(bpm >= bpmMin && bpm <= bpmMax && seed <= seedMax)) return undefined;
  if ([...prompt].length > promptCharactersMax) return undefined;
  if (!stems.every((stem) => limits.stems.includes(stem))) return undefined;
  const musicalKey = key === null ? undefined : parseKey(key);
  if (key !== null && musicalKey === undefined) return undefined;
  return { prompt, bpm, key: musicalKey, frames, sampleRate, stems, seed };
}

const sampleRateOf = (
  { sample_rate }: Job,
  { sampleRateMax }: NodeLimits,
): SampleRate | undefined =>
  sampleRates.find((rate) => rate === sample_rate && rate <= sampleRateMax);
