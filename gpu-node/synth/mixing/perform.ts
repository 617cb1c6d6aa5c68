import type { DrumPart, Hit, PitchedPart, Song, TexturePart } from "../composing/song.js";
import { drumHabits } from "../instruments/drumHabits.js";
import { drumKits } from "../instruments/drumKits.js";
import type { Studio } from "../instruments/instrument.js";
import { orchestra } from "../instruments/orchestra.js";
import { playTexture } from "../instruments/texture.js";
import { textures } from "../instruments/textures.js";
import { gainOfDecibels } from "../sound/arithmetic.js";
import { createRandom } from "../sound/random.js";
import { coreRate, mono, peakOf, place, type Stereo, silence } from "../sound/samples.js";
import { type Desk, mixIn } from "./desk.js";
import { loudness } from "./loudness.js";

/** Two takes of each drum in turn: the same noise twice in a row would sound like a machine gun. */
const takes = 2;
/** A pitched part of level 0 is brought to this loudness; a kick peaks at 1. */
const pitchedLufs = -10;

/** Decibels that drums step back when all is played as softly as can be. */
const softDecibels = 4;

/** Louder means more than linearly louder, as with real players. */
const gainOf = ({ velocity }: Hit): number => velocity * velocity;

export const frameOf = ({ grid }: Song, { step }: Hit): number =>
  Math.round(step * grid.framesPerStep);

/** Plays all hits of a drum onto the desk. */
export function performDrum(part: DrumPart, song: Song, seed: number, desk: Desk): void {
  const { level, pan, room } = drumHabits[part.drum];
  const sounds = Array.from({ length: takes }, (_, take) =>
    drumKits[song.style.kit][part.drum]({ random: createRandom(seed, `${part.drum} ${take}`) }),
  );
  const decibels = level + song.style.mix.drumLevel + softDecibels * Math.min(0, song.mood.drive);
  const gains = sounds.map((sound) => gainOfDecibels(decibels) / peakOf(sound));
  const wraps = song.grid.isSeamless;
  part.hits.forEach((hit, index) => {
    const sound = sounds[index % takes];
    if (sound === undefined) return;
    const gain = gainOf(hit) * (gains[index % takes] ?? 0);
    const placement = { frame: frameOf(song, hit), wraps };
    const [leftGain, rightGain] = [gain * Math.min(1, 1 - pan), gain * Math.min(1, 1 + pan)];
    place(sound, desk.dry, { ...placement, leftGain, rightGain });
    if (room === 0) return;
    place(sound, desk.room, {
      ...placement,
      leftGain: leftGain * room,
      rightGain: rightGain * room,
    });
  });
}

/** Plays all notes of a part, brings the part to its loudness and mixes it in. */
export function performPart(part: PitchedPart, song: Song, studio: Studio, desk: Desk): void {
  const { grid } = song;
  const { play, room, echo } = orchestra[part.instrument];
  let sound: Stereo | undefined;
  for (const note of part.notes) {
    const frame = frameOf(song, note);
    const heldFrames = Math.round(note.length * grid.framesPerStep);
    const { pitch, velocity } = note;
    const voice = play({ pitch, velocity, heldFrames, startFrame: frame }, studio);
    // An instrument is either mono, which is half the work, or it is not.
    const isMono = voice.left === voice.right;
    sound ??= isMono ? mono(new Float32Array(grid.frames)) : silence(grid.frames);
    const gain = gainOf(note);
    place(voice, sound, { frame, leftGain: gain, rightGain: gain, wraps: grid.isSeamless });
  }
  if (sound === undefined) return;
  const lufs = loudness(sound, coreRate);
  if (lufs === Number.NEGATIVE_INFINITY) return;
  mixIn(sound, desk, { gain: gainOfDecibels(pitchedLufs + part.level - lufs), room, echo });
}

/** Lets a texture sound over the whole loop, as loud as a pitched part of its level. */
export function performTexture(part: TexturePart, song: Song, seed: number, desk: Desk): void {
  const sound = playTexture(textures[part.texture], {
    frames: song.grid.frames,
    random: createRandom(seed, part.texture),
    brightness: song.mood.brightness,
  });
  const gain = gainOfDecibels(pitchedLufs + part.level - loudness(sound, coreRate));
  mixIn(sound, desk, { gain, room: 0, echo: 0 });
}
