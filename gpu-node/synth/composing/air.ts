import type { VoiceName } from "../instruments/voiceName.js";
import type { Brief } from "../prompt/readPrompt.js";
import type { Style } from "../styles/style.js";
import type { Arrangement } from "./arrange.js";
import type { Air } from "./song.js";

/** What shines: above all else it is heard above 6 kHz. */
const shining: ReadonlySet<VoiceName> = new Set<VoiceName>([
  "hat",
  "openHat",
  "ride",
  "crash",
  "shaker",
  "tambourine",
  "triangle",
  "lead",
  "squareLead",
  "supersaw",
  "whiteNoise",
  "rain",
  "vinylCrackle",
  "tapeHiss",
  "static",
]);

/** Whether a song has anything that shines, and whether it was asked for. A worn record has none. */
export function airOf(
  { drums, parts, textures }: Arrangement,
  { wanted }: Brief,
  style: Style,
): Air {
  const voices = new Set<VoiceName>([
    ...drums.map(({ drum }) => drum),
    ...parts.map(({ instrument }) => instrument),
    ...textures.map(({ texture }) => texture),
  ]);
  const heard = (names: readonly VoiceName[]) =>
    names.some((name) => shining.has(name) && voices.has(name));
  if (
    wanted.some(({ covers, adds }) => heard(adds) || (covers.length < manyVoices && heard(covers)))
  )
    return "asked";
  return heard([...voices]) && style.kit !== "dusty" ? "usual" : "none";
}

/** A word for so many, as "drums" or "synth", asks for none of them in particular. */
const manyVoices = 7;
