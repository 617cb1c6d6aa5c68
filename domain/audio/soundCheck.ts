import { type AskedAudio, type AudioRefusal, percent } from "./audioRules.js";
import { secondsPerBar } from "./music.js";
import { type Heard, octaves } from "./octaves.js";

/** What is to be known of a file to tell whether it is sound over its whole length. */
export interface MeasuredSound {
  /** The loudest 32 ms, of what can be heard. dB below full scale, root mean square. */
  readonly loudestDb: number;
  /** What can be heard of all that the file holds, in dB: 0 is all of it. */
  readonly audibleDb: number;
  /** Share of the length, from 0 to 1, that is silence beside the loudest part. */
  readonly silentShare: number;
  /** The share of the longest in a row: what ends a loop goes on where it begins. */
  readonly longestSilence: number;
}

/** 32 ms: shorter than any note, longer than a click. */
const windowBlocks = 6;
/** Silence is what lies this far below the loudest part, or so low by itself. */
const silentBelowLoudestDb = 40;
const silentDb = -58;
const nothingDb = -120;

/** What is softer than this in its loudest part is the noise floor of something, and no music. */
const loudestDbMin = -55;
/** Sound that nobody hears may go with music, but not be nearly all there is. */
const audibleDbMin = -26;
/** The whole length counts: a riser may begin late, a hit may come once a bar; a click is no loop. */
const silenceShareMax = 0.75;
/** Of a bar or less, one hit and its end are enough. */
const barSilenceShareMax = 0.925;
/** Where the tempo is not known: 60 bpm. */
const slowBpm = 60;
const silentShareMax = 0.96;

export const decibels = (power: number): number =>
  power > 0 ? Math.max(nothingDb, 10 * Math.log10(power)) : nothingDb;

export function measureSound(heard: Heard): MeasuredSound {
  const levels = levelsOf(heard);
  const loudestDb = levels.reduce((loudest, level) => Math.max(loudest, level), nothingDb);
  const silentBelow = Math.max(silentDb, loudestDb - silentBelowLoudestDb);
  const isSilent = levels.map((level) => level < silentBelow);
  const silent = isSilent.filter((is) => is).length;
  return {
    loudestDb,
    audibleDb: audibleDbOf(heard),
    silentShare: levels.length === 0 ? 1 : silent / levels.length,
    longestSilence: levels.length === 0 ? 1 : longestRun(isSilent) / levels.length,
  };
}

function longestRun(isSilent: readonly boolean[]): number {
  let [inRow, longest] = [0, 0];
  for (const is of [...isSilent, ...isSilent]) {
    inRow = is ? inRow + 1 : 0;
    longest = Math.max(longest, inRow);
  }
  return Math.min(longest, isSilent.length);
}

/** Undefined when it is sound over the whole length. */
export function hearingRefusal(sound: MeasuredSound, asked: AskedAudio): AudioRefusal | undefined {
  const { loudestDb, audibleDb, silentShare, longestSilence } = sound;
  if (loudestDb < loudestDbMin) {
    const level = `${Math.round(loudestDb)} dBFS`;
    return silent(`What can be heard reaches ${level} at most; ${loudestDbMin} dBFS is too soft.`);
  }
  if (audibleDb < audibleDbMin) {
    return silent("Nearly all that is in the file lies outside what can be heard.");
  }
  const seconds = asked.frames / asked.sampleRate;
  if (longestSilence > silenceMax(seconds, asked.bpm)) {
    return silent(`${percent(longestSilence)} in a row are silence beside the loudest part.`);
  }
  if (silentShare > silentShareMax) {
    return silent(`${percent(silentShare)} are silence beside the loudest part.`);
  }
  return undefined;
}

const silent = (message: string): AudioRefusal => ({ reason: "SILENT", message });

const silenceMax = (seconds: number, bpm = slowBpm): number =>
  Math.max(silenceShareMax, Math.min(barSilenceShareMax, secondsPerBar(bpm) / seconds));

function levelsOf(heard: Heard): number[] {
  const windows = Math.floor(heard.blocks / windowBlocks);
  return Array.from({ length: windows }, (_, window) =>
    decibels(audiblePower(heard, window * windowBlocks, windowBlocks)),
  );
}

function audibleDbOf(heard: Heard): number {
  const audible = decibels(audiblePower(heard, 0, heard.blocks));
  return audible - decibels(heard.power);
}

/** Mean square of the loudest 32 ms. */
export function loudestPower(heard: Heard): number {
  let loudest = 0;
  for (let block = 0; block + windowBlocks <= heard.blocks; block += windowBlocks) {
    loudest = Math.max(loudest, audiblePower(heard, block, windowBlocks));
  }
  return loudest;
}

/** Mean square of what can be heard from one block on. */
export function audiblePower({ energy }: Heard, block: number, count: number): number {
  let sum = 0;
  for (let cell = block * octaves; cell < (block + count) * octaves; cell += 1) {
    sum += energy[cell] ?? 0;
  }
  return Math.max(0, sum / count);
}
