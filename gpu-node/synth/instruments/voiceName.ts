import type { Stem } from "../../../domain/audio/music.js";
import { type DrumName, isDrum } from "./drumKits.js";
import { orchestra, type PitchedName } from "./orchestra.js";
import { isTexture, type TextureName } from "./textures.js";

/** Everything that can sound: what a prompt may name, and what an arrangement is made of. */
export type VoiceName = DrumName | PitchedName | TextureName;

export function stemOf(name: VoiceName): Stem {
  if (isDrum(name)) return "drums";
  return isTexture(name) ? "other" : orchestra[name].stem;
}

export const isPitched = (name: VoiceName): name is PitchedName =>
  !isDrum(name) && !isTexture(name);
