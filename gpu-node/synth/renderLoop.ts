import { type Stem, stems as stemKinds } from "../../domain/audio/music.js";
import type { EngineRequest } from "../engine.js";
import { compose } from "./composing/compose.js";
import type { Song } from "./composing/song.js";
import { cutToLength, planDelivery, toPcm } from "./mixing/deliver.js";
import { masterTogether, sumOf } from "./mixing/master.js";
import { mixStem, stemsOf } from "./mixing/mixStem.js";
import { duckingGains } from "./mixing/pump.js";
import { airGain, raiseAir } from "./mixing/shelf.js";
import { exp2 } from "./sound/arithmetic.js";
import type { Stereo } from "./sound/samples.js";

export interface Loop {
  readonly song: Song;
  /** Interleaved stereo: the sum of `stems`. */
  readonly mix: Int16Array<ArrayBuffer>;
  /** Those that were asked for and have something to play. */
  readonly stems: ReadonlyMap<Stem, Int16Array>;
}

type Progress = (fraction: number) => void;

/** Shares of the work: mixing the stems, mastering, delivery. */
const mixingShare = 0.75;
const masteringShare = 0.9;

/** Renders what a request asks for. The same request gives the same bytes on any machine. */
export function renderMix(
  request: EngineRequest,
  onProgress: Progress = () => {},
): Int16Array<ArrayBuffer> {
  const { song, chosen } = renderStems(request, onProgress);
  const sound = cutToLength(sumOf([...chosen.values()]), request, song.grid.isSeamless);
  const pcm = toPcm(sound, planDelivery(sound, request.sampleRate, song.grid.isSeamless));
  onProgress(1);
  return pcm;
}

/**
 * The same with every stem apart. A stem is what it adds to those before it, in whole steps of
 * 16 bits, so that the stems add up to the mix exactly.
 */
export function renderLoop(request: EngineRequest): Loop {
  const { song, chosen } = renderStems(request, () => {});
  const sounds = [...chosen.values()];
  const sums = sounds.map((_, index) =>
    cutToLength(sumOf(sounds.slice(0, index + 1)), request, song.grid.isSeamless),
  );
  const total = sums.at(-1);
  if (total === undefined) throw new Error("The song has no stems. An arrangement is never empty.");
  const delivery = planDelivery(total, request.sampleRate, song.grid.isSeamless);
  const pcms = sums.map((sum) => toPcm(sum, delivery));
  const stems = new Map<Stem, Int16Array>();
  [...chosen.keys()].forEach((stem, index) => {
    const before = pcms[index - 1];
    const upTo = pcms[index] ?? new Int16Array();
    stems.set(
      stem,
      upTo.map((sample, at) => sample - (before?.[at] ?? 0)),
    );
  });
  return { song, mix: pcms.at(-1) ?? new Int16Array(), stems };
}

/** Share of the power above 6 kHz, where something bright is asked for by name, and elsewhere. */
const airAsked = 0.09;
const airUsual = 0.03;
/** Octaves of that share for each step of a bright mood. */
const brightOctaves = 0.6;

/** Brings hats and leads forward, unless a mood wants it dark or it is deep by nature. */
function openTheTop(stems: readonly Stereo[], { air, mood }: Song): void {
  if (air === "none" || mood.brightness < 0) return;
  const usual = airUsual * exp2(brightOctaves * mood.brightness);
  const gain = airGain(sumOf(stems), air === "asked" ? airAsked : usual);
  for (const stem of stems) raiseAir(stem, gain);
}

/** All stems are mixed and mastered together; only then are the asked ones chosen. */
function renderStems(request: EngineRequest, onProgress: Progress) {
  const song = compose(request);
  const kinds = stemsOf(song, stemKinds);
  const ducking = duckingGains(song);
  const mixed = new Map<Stem, Stereo>();
  kinds.forEach((stem, index) => {
    mixed.set(stem, mixStem(stem, song, request.seed, ducking));
    onProgress((mixingShare * (index + 1)) / kinds.length);
  });
  openTheTop([...mixed.values()], song);
  masterTogether([...mixed.values()], song.grid.isSeamless);
  onProgress(masteringShare);
  const asked =
    request.stems.length === 0 ? kinds : kinds.filter((kind) => request.stems.includes(kind));
  return { song, chosen: new Map([...mixed].filter(([kind]) => asked.includes(kind))) };
}
