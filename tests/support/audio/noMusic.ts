import { createRandom } from "../../../gpu-node/synth/sound/random.js";
import { type MeasuredMusic, measure } from "./measureMusic.js";

const frames = 4 * 48_000;

/** What is no music, to be measured as if it were: every test of music must refuse it. */
const sounds = {
  "white noise": () => {
    const random = createRandom(1, "no music");
    return () => 2 * random() - 1;
  },
  /** Between A and A sharp. */
  "one sine": () => (frame: number) => Math.sin((2 * Math.PI * 452.9 * frame) / 48_000),
} as const;
export type NoMusic = keyof typeof sounds;
export const noMusics = Object.keys(sounds) as NoMusic[];

export function measureNoMusic(name: NoMusic): Promise<MeasuredMusic> {
  const valueAt = sounds[name]();
  const pcm = new Int16Array(2 * frames);
  for (let frame = 0; frame < frames; frame += 1) {
    pcm.fill(Math.round(32_767 * valueAt(frame)), 2 * frame, 2 * frame + 2);
  }
  const key = { tonic: "A", mode: "Aeolian" } as const;
  return measure({ name, bpm: 120, key, mix: pcm, drums: [pcm], pitched: [pcm] });
}
