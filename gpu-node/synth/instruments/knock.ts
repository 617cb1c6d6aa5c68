import { envelopeGains } from "../sound/envelope.js";
import { filterSteadily } from "../sound/filter.js";
import { noise } from "../sound/noise.js";
import { addSamples, framesOfSeconds, multiply, type Stereo } from "../sound/samples.js";
import type { PlayedNote, Studio } from "./instrument.js";

/** The short noise of a hammer or a pick, around a frequency. */
export interface Knock {
  readonly level: number;
  readonly hertz: number;
}

const envelope = { attack: 0.001, decay: 0.03, sustain: 0, release: 0.005 };
const frames = framesOfSeconds(0.025);

export function addKnock(sound: Stereo, knock: Knock, note: PlayedNote, studio: Studio): void {
  const gains = envelopeGains(envelope, frames);
  const samples = noise(gains.length, studio.random);
  filterSteadily(samples, "band", knock.hertz);
  multiply(samples, gains);
  for (const side of new Set([sound.left, sound.right])) {
    addSamples(samples, side, knock.level * note.velocity * (1 - studio.softness));
  }
}
