import type { Stem } from "../../../domain/audio/music.js";
import type { Song } from "../composing/song.js";
import type { Studio } from "../instruments/instrument.js";
import { orchestra } from "../instruments/orchestra.js";
import { exp2, gainOfDecibels, sinOfTurns, softClip } from "../sound/arithmetic.js";
import { createRandom, type Random } from "../sound/random.js";
import { add, at, coreRate, isSilent, type Stereo, scale } from "../sound/samples.js";
import { Wavetables } from "../sound/wavetable.js";
import { type Desk, openDesk } from "./desk.js";
import { repeat } from "./echo.js";
import { limitingGains } from "./limiter.js";
import { loudness } from "./loudness.js";
import { performDrum, performPart, performTexture } from "./perform.js";
import { reverberate } from "./reverb.js";
import { tilt } from "./tilt.js";

/**
 * Peaks of a stem stay this close to its loudness, so that any choice of stems reaches the loudness
 * of a full mix by one constant gain.
 */
const peakToLoudnessDecibels = 11.5;
/** Decibels that the hardest mood takes from it. */
const hardDecibels = 3;
const echoToRoom = 0.3;
/** Octaves of send level (6 dB each) from the driest mood to the most spacious. */
const moodSendOctaves = 1.2;
/** How much of the highs is added to every stem, and how far a mood moves it. */
const presence = 1.2;
const bassPresence = 0.5;
const moodPresence = 0.7;

/** Where noise belongs. */
const textureStem: Stem = "other";

/** The stems of a song that have anything to play, in the order of the kinds. */
export function stemsOf(song: Song, kinds: readonly Stem[]): Stem[] {
  const sounding = new Set<Stem>(song.parts.map(({ instrument }) => orchestra[instrument].stem));
  if (song.drums.length > 0) sounding.add("drums");
  if (song.textures.length > 0) sounding.add(textureStem);
  return kinds.filter((stem) => sounding.has(stem));
}

/**
 * Plays and mixes one stem, with its effects, as it sounds among the others. `ducking` are the
 * gains that make room for the kick.
 */
export function mixStem(stem: Stem, song: Song, seed: number, ducking: Float32Array): Stereo {
  const desk = openDesk(song.grid.frames);
  play(stem, song, seed, desk);
  addEffects(stem, song, desk);
  const open = stem === "bass" ? bassPresence : presence;
  tilt(desk.dry, open + song.mood.brightness * moodPresence, song.grid.isSeamless);
  if (stem !== "drums") scale(desk.dry, ducking);
  const lufs = loudness(desk.dry, coreRate);
  if (lufs === Number.NEGATIVE_INFINITY) return desk.dry;
  const isDriven = stem === "drums" || stem === "bass" || song.mood.drive > 0;
  if (isDriven) saturate(desk.dry, lufs, song);
  tame(desk.dry, lufs, song);
  return desk.dry;
}

function play(stem: Stem, song: Song, seed: number, desk: Desk): void {
  if (stem === "drums") {
    for (const part of song.drums) performDrum(part, song, seed, desk);
    return;
  }
  const tables = new Wavetables(song.key);
  for (const part of song.parts) {
    if (orchestra[part.instrument].stem !== stem) continue;
    const studio: Studio = {
      tables,
      random: createRandom(seed, `${part.instrument} sound`),
      brightness: song.mood.brightness,
      framesPerStep: song.grid.framesPerStep,
      drift: driftOf(song, stem, createRandom(seed, `${part.instrument} drift`)),
      softness: Math.max(0, -song.mood.drive),
    };
    performPart(part, song, studio, desk);
  }
  if (stem !== textureStem) return;
  for (const part of song.textures) performTexture(part, song, seed, desk);
}

/** Octaves that filters wander over the loop, out and back, each part at its own time. */
const driftOctaves = 0.5;
/** Of one that plays alone, as nothing else moves; a bass stays low. */
const driftOctavesAlone = 1.1;

/** Once or twice around in the loop, so that its end meets its beginning. */
function driftOf(
  { grid, drums, parts, textures }: Song,
  stem: Stem,
  random: Random,
): (frame: number) => number {
  const isAlone = drums.length + parts.length + textures.length === 1 && stem !== "bass";
  const octaves = isAlone ? driftOctavesAlone : driftOctaves;
  const turns = 1 + Math.floor(2 * random());
  const start = random();
  const offset = driftOctaves * (random() - 0.5);
  return (frame) =>
    offset + octaves * sinOfTurns(start + ((isAlone ? 1 : turns) * frame) / grid.frames);
}

function addEffects(stem: Stem, { grid, mood, style }: Song, desk: Desk): void {
  if (stem === "bass") return;
  const gain = exp2(mood.room * moodSendOctaves);
  if (!isSilent(desk.echo)) {
    // Repeats keep to the asked grid where only some of the sixteenths are on it.
    const steps = Math.ceil(style.mix.echoSteps / grid.stepUnit) * grid.stepUnit;
    const echoes = repeat(desk.echo, Math.round(steps * grid.framesPerStep), grid.isSeamless);
    add(echoes, desk.dry, gain);
    add(echoes, desk.room, echoToRoom * gain);
  }
  if (!isSilent(desk.room))
    add(reverberate(desk.room, style.mix.roomSeconds, grid.isSeamless), desk.dry, gain);
}

/** A soft limit that adds warmth, in proportion to the drive whatever the level. */
function saturate({ left, right }: Stereo, lufs: number, { style, mood }: Song): void {
  const drive = 0.5 + 1.2 * Math.max(-0.3, Math.min(1.6, style.mix.drive + mood.drive));
  const gain = drive * gainOfDecibels(-peakToLoudnessDecibels - lufs);
  for (const samples of [left, right]) {
    for (let frame = 0; frame < samples.length; frame += 1) {
      samples[frame] = softClip(at(samples, frame) * gain) / gain;
    }
  }
}

/** Holds the peaks down, lower the harder the mood. */
function tame(sound: Stereo, lufs: number, { grid, mood }: Song): void {
  const hard = hardDecibels * Math.max(0, mood.drive);
  const ceiling = gainOfDecibels(lufs + peakToLoudnessDecibels - hard);
  scale(sound, limitingGains(sound, ceiling, grid.isSeamless));
}
