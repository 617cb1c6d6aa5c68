import { type Mode, type MusicalKey, semitonesByMode, type Tonic, tonics } from "./music.js";

const tonicByFlat: Readonly<Record<string, Tonic>> = {
  Cb: "B",
  Db: "C#",
  Eb: "D#",
  Fb: "E",
  Gb: "F#",
  Ab: "G#",
  Bb: "A#",
};
const tonicBySharpOfWhole: Readonly<Record<string, Tonic>> = { "E#": "F", "B#": "C" };

const signByName: ReadonlyMap<string, string> = new Map([
  ["♯", "#"],
  ["sharp", "#"],
  ["♭", "b"],
  ["flat", "b"],
  ["♮", ""],
]);

/** Beside their Greek names and the beginnings of those. A bare tonic is major, as in a chord symbol. */
const aliasesByMode: Readonly<Record<Mode, readonly string[]>> = {
  Ionian: ["", "major", "maj", "ma", "ion", "dur", "majeur", "mayor", "maggiore"],
  Dorian: ["dor"],
  Phrygian: ["phryg", "phr"],
  Lydian: ["lyd"],
  Mixolydian: ["mixo", "mix"],
  Aeolian: [
    "minor",
    "min",
    "mi",
    "m",
    "aeol",
    "aeo",
    "naturalminor",
    "moll",
    "mineur",
    "menor",
    "minore",
  ],
  Locrian: ["loc"],
};
/** A Map, since any word may be asked for, such as `constructor`. */
const modeByName: ReadonlyMap<string, Mode> = new Map(
  (Object.keys(semitonesByMode) as Mode[]).flatMap((mode) =>
    [mode.toLowerCase(), ...aliasesByMode[mode]].map((name) => [name, mode] as const),
  ),
);

/** What menus, hosts and programs write where no key is chosen. */
const namesOfNoKey: ReadonlySet<string> = new Set(
  " none nokey null nil any auto automatic na unknown undefined unset notset random default off".split(
    " ",
  ),
);

const separators = /[\s_./:()-]+/g;
const form = /^([a-g])(?:\s*[-_]?\s*(#|b|♯|♭|♮|sharp|flat))?(.*)$/iu;
/** DJs number the keys around the circle of fifths: 8A is A minor, 8B is C major. */
const camelotForm = /^(1[0-2]|[1-9])([ab])$/i;

/**
 * Reads what plugins, hosts and people write: "C Dorian", "F# Aeolian", "Bb major", "Am", "Cmaj",
 * "E-flat min", "A:min", "8A". Undefined when it is no key: nothing is guessed.
 */
export function parseKey(text: string): MusicalKey | undefined {
  const plain = text.normalize("NFKC").trim();
  const camelot = parseCamelot(plain);
  if (camelot !== undefined) return camelot;
  const [, letter = "", sign = "", rest = ""] = form.exec(plain) ?? [];
  const name = letter.toUpperCase() + (signByName.get(sign.toLowerCase()) ?? sign.toLowerCase());
  const tonic = tonicByFlat[name] ?? tonicBySharpOfWhole[name] ?? tonics.find((t) => t === name);
  const mode = modeOf(rest.trim());
  return tonic === undefined || mode === undefined ? undefined : { tonic, mode };
}

/** In chord symbols a capital M alone is major, a small one minor; "A-" says nothing for certain. */
function modeOf(rest: string): Mode | undefined {
  const word = rest.replace(separators, "");
  if (word === "M") return "Ionian";
  return word === "" && rest !== "" ? undefined : modeByName.get(word.toLowerCase());
}

function parseCamelot(text: string): MusicalKey | undefined {
  const [, number, letter = ""] = camelotForm.exec(text) ?? [];
  if (number === undefined) return undefined;
  const isMinor = letter.toUpperCase() === "A";
  // 1A is G sharp minor, 1B is B major; each step is a fifth up.
  const semitones = (isMinor ? 8 : 11) + 7 * (Number(number) - 1);
  const tonic = tonics[semitones % tonics.length];
  return tonic && { tonic, mode: isMinor ? "Aeolian" : "Ionian" };
}

/** Whether the choice is left to us: nothing is written, or a word for nothing. */
export const isNoKey = (text: string): boolean =>
  namesOfNoKey.has(text.normalize("NFKC").toLowerCase().replace(separators, ""));

export const formatKey = ({ tonic, mode }: MusicalKey): string => `${tonic} ${mode}`;
