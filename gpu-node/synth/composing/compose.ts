import { type Mode, type MusicalKey, tonics } from "../../../domain/audio/music.js";
import type { EngineRequest } from "../../engine.js";
import type { Mood } from "../prompt/mood.js";
import { readPrompt } from "../prompt/readPrompt.js";
import { createRandom, pick, type Random } from "../sound/random.js";
import { usualStyles } from "../styles/catalogue.js";
import type { Style } from "../styles/style.js";
import { airOf } from "./air.js";
import { arrange } from "./arrange.js";
import { playDrum } from "./drummer.js";
import { chooseHarmony } from "./harmony.js";
import { inMetre } from "./inMetre.js";
import { commonTime } from "./metre.js";
import { playPart } from "./player.js";
import type { Song } from "./song.js";
import { chooseFeel, layTimeGrid } from "./timeGrid.js";

const minorModes: readonly [Mode, ...Mode[]] = ["Aeolian", "Phrygian", "Dorian"];
const majorModes: readonly [Mode, ...Mode[]] = ["Ionian", "Lydian", "Mixolydian"];

/** Whoever plays nearly alone has to be more inventive from bar to bar. */
const smallEnsemble = 3;
const soloFreedom = 2;
/** A loop of fewer bars has hardly said its theme. */
const shortBars = 4;
const shortFreedom = 0.5;

/**
 * Writes the song that a request asks for. Each part draws from a stream of its own, and none from
 * the prompt's text: more words change what they name and leave the rest as it was.
 */
export function compose(request: EngineRequest): Song {
  const { prompt, seed, bpm } = request;
  const brief = readPrompt(prompt);
  const asWritten = brief.style ?? styleFor(bpm, createRandom(seed, "style"));
  const metre = brief.metre ?? asWritten.metre ?? commonTime;
  const style = inMetre(asWritten, metre);
  const key = request.key ?? chooseKey(style, brief.mood, createRandom(seed, "key"));
  const grid = layTimeGrid(request, style.tempo, metre);
  const harmony = chooseHarmony(
    style.harmony,
    { key, stepsPerBar: grid.stepsPerBar },
    createRandom(seed, "harmony"),
  );
  const tonality = { key, harmony, chord: style.harmony.chord };
  const sheet = arrange(style, brief, request.stems, createRandom(seed, "arrangement"));
  const isSmall = sheet.drums.length + sheet.parts.length <= smallEnsemble;
  const isShort = grid.steps < shortBars * grid.stepsPerBar;
  const freedom = (isSmall ? soloFreedom : 1) * (isShort ? shortFreedom : 1);
  const session = { grid, mood: brief.mood, swings: style.swings, freedom };
  const drums = sheet.drums.map((score) =>
    playDrum(score, session, createRandom(seed, score.drum)),
  );
  const parts = sheet.parts.map((score) =>
    playPart(score, session, tonality, createRandom(seed, score.instrument)),
  );
  return {
    style,
    key,
    mood: brief.mood,
    grid,
    drums,
    parts,
    textures: sheet.textures,
    air: airOf(sheet, brief, style),
  };
}

/** A style that is at home at the tempo. */
function styleFor(bpm: number, random: Random): Style {
  const atHome = usualStyles.filter(
    ({ tempo: [slowest, fastest] }) => bpm >= slowest && bpm <= fastest,
  );
  const close =
    atHome.length > 0 ? atHome : usualStyles.filter(({ tempo }) => chooseFeel(bpm, tempo) !== 1);
  const [first, ...others] = close.length > 0 ? close : usualStyles;
  if (first === undefined) throw new Error("The synth knows no styles. Add one to styles/.");
  return pick(random, [first, ...others]);
}

function chooseKey(style: Style, { light }: Mood, random: Random): MusicalKey {
  const tonic = pick(random, tonics);
  const wished = light < 0 ? minorModes : light > 0 ? majorModes : style.modes;
  const [first, ...others] = style.modes.filter((mode) => wished.includes(mode));
  return { tonic, mode: pick(random, first === undefined ? wished : [first, ...others]) };
}
