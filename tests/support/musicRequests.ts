import { parseKey } from "../../domain/audio/keySpelling.js";
import {
  framesOf,
  type Mode,
  type SampleRate,
  type Stem,
  secondsPerBar,
  semitonesByMode,
  tonics,
} from "../../domain/audio/music.js";
import type { EngineRequest } from "../../gpu-node/engine.js";
import { styles } from "../../gpu-node/synth/styles/catalogue.js";

export interface MusicWish {
  readonly prompt?: string;
  readonly bpm?: number;
  readonly key?: string | undefined;
  readonly bars?: number;
  /** Wins over `bars`. */
  readonly seconds?: number;
  readonly sampleRate?: SampleRate;
  readonly stems?: readonly Stem[];
  readonly seed?: number;
}

/** A request for music; what a test does not say is two bars of techno in A minor at 48 kHz. */
export function musicRequest(wish: MusicWish = {}): EngineRequest {
  const {
    prompt = "techno",
    bpm = 128,
    bars = 2,
    sampleRate = 48_000,
    stems = [],
    seed = 1,
  } = wish;
  const seconds = wish.seconds ?? bars * secondsPerBar(bpm);
  const key = "key" in wish && wish.key === undefined ? undefined : parseKey(wish.key ?? "A minor");
  return { prompt, bpm, key, frames: framesOf(seconds, sampleRate), sampleRate, stems, seed };
}

const additions = [
  "",
  "dark",
  "bright",
  "with piano",
  "distorted",
  "with choir",
  "dreamy",
  "minimal",
];

/** Prompts that go through every style, key and mode, over each style's range of tempo. */
export function variedRequests(count: number): EngineRequest[] {
  const modes = Object.keys(semitonesByMode) as Mode[];
  return Array.from({ length: count }, (_, index) => {
    const style = styles[index % styles.length];
    if (style === undefined) throw new Error("There are no styles.");
    const [slowest, fastest] = style.tempo;
    const bpm = Math.round(slowest + ((fastest - slowest) * ((index * 61) % 100)) / 100);
    return musicRequest({
      prompt: `${style.name} ${additions[(index * 3 + 1) % additions.length]}`,
      bpm,
      bars: bpm < 100 ? 1 : 2,
      key: `${tonics[(index * 7 + 4) % tonics.length]} ${modes[(index * 2 + 5) % modes.length]}`,
      seed: 40_503 + index * 104_729,
    });
  });
}
