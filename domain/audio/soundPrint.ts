import { type Heard, octaves } from "./octaves.js";
import { audiblePower, decibels, loudestPower } from "./soundCheck.js";

/**
 * What a file sounds like, in a few hundred bytes: per quarter of a second and octave how loud it is,
 * and how high. It survives what changes the bytes and not the sound: another gain, a delay, dither,
 * another rate, a turned channel, a cut end. It begins where the sound begins.
 */
export interface SoundPrint {
  /** Base64url; what two prints are compared by. */
  readonly text: string;
  /** Where it is filed: similar sounds have the same key, or one that is a near key of the other. */
  readonly key: string;
  readonly nearKeys: readonly string[];
}

/** 245 ms. */
const segmentBlocks = 46;
/** 3.9 s: what is longer is known by how it begins. */
const segmentsMax = 16;
/** The shortest loop, of 1 s, has so many; the key looks at no more. */
const headSegments = 4;
/** The print begins with the first block this near to the loudest 32 ms. */
const startBelowLoudestDb = 30;

/** One byte each: loudness beside that of the head, and the height of what is in and below an octave. */
const loudness = { from: -40, step: 0.25 };
const height = { from: -30, step: 0.125 };
const byteMax = 255;

/** Mean differences up to which two prints are of the same sound. dB; half of one is a semitone of height. */
const loudnessDbMax = 0.3;
const heightDbMax = 0.3;

export function printOf(heard: Heard): SoundPrint {
  const start = startOf(heard);
  const segments = Math.min(segmentsMax, Math.floor((heard.blocks - start) / segmentBlocks));
  const headBlocks = Math.min(segments, headSegments) * segmentBlocks;
  const reference = audiblePower(heard, start, headBlocks);
  const bytes = new Uint8Array(2 * octaves * segments);
  for (let cell = 0; cell < octaves * segments; cell += 1) {
    const from = start + Math.floor(cell / octaves) * segmentBlocks;
    const [loud, high] = cellOf(heard, from, cell % octaves, reference);
    bytes[2 * cell] = toByte(loud, loudness);
    bytes[2 * cell + 1] = toByte(high, height);
  }
  return { text: toBase64Url(bytes), ...keysOf(bytes) };
}

/** A quiet beginning counts for nothing: the same sound after a pause is the same sound. */
function startOf(heard: Heard): number {
  const last = heard.blocks - headSegments * segmentBlocks;
  const audible = loudestPower(heard) / 10 ** (startBelowLoudestDb / 10);
  let start = 0;
  while (start < last && audiblePower(heard, start, 1) < audible) start += 1;
  return start;
}

function cellOf(
  { energy, below, steps }: Heard,
  from: number,
  octave: number,
  reference: number,
): readonly [loud: number, high: number] {
  let [own, all, stepping] = [0, 0, 0];
  for (let block = from; block < from + segmentBlocks; block += 1) {
    const cell = block * octaves + octave;
    own += energy[cell] ?? 0;
    all += below[cell] ?? 0;
    stepping += steps[cell] ?? 0;
  }
  const isHeard = decibels(all / segmentBlocks) - decibels(reference) > loudness.from;
  // How high the highest octave is depends on the rate that the file had.
  const high = isHeard && octave > 0 ? decibels(stepping / all) : height.from;
  return [decibels(own / segmentBlocks) - decibels(reference), high];
}

interface Scale {
  readonly from: number;
  readonly step: number;
}

const toByte = (value: number, { from, step }: Scale): number =>
  Math.max(0, Math.min(byteMax, Math.round((value - from) / step)));

/** Whether two prints are of the same sound, as far as both go. */
export function isSameSound(one: string, other: string): boolean {
  const [a, b] = [fromBase64Url(one), fromBase64Url(other)];
  const length = Math.min(a.length, b.length);
  let [loud, high, heights] = [0, 0, 0];
  for (let at = 0; at < length; at += 2) {
    loud += Math.abs((a[at] ?? 0) - (b[at] ?? 0));
    const [highA = 0, highB = 0] = [a[at + 1], b[at + 1]];
    if (highA === 0 || highB === 0) continue;
    high += Math.abs(highA - highB);
    heights += 1;
  }
  const loudDb = (loud * loudness.step) / (length / 2);
  const highDb = (high * height.step) / Math.max(1, heights);
  return length > 0 && loudDb <= loudnessDbMax && highDb <= heightDbMax;
}

/** Each bit says on which side of a plane the head lies; the planes are drawn once for all. */
const keyBits = 20;
const nearBitsMax = 2;
/** So near to its plane, a bit may be the other one for the same sound. */
const nearPlane = 5;
/** What loops have on average, so that the bits tell them apart. dB, by octave. */
const usualLoudness = [-18, -16, -13, -10, -9, -9, -10, -15];
const usualHeight = [0, -16.5, -13, -9.5, -6.5, -4, -2, 1.5];

function keysOf(bytes: Uint8Array): Pick<SoundPrint, "key" | "nearKeys"> {
  const sides = Array.from({ length: keyBits }, (_, bit) => sideOf(bytes, bit));
  const key = sides.reduce((bits, side, bit) => (side > 0 ? bits | (1 << bit) : bits), 0);
  const near = sides
    .map((side, bit) => ({ bit, distance: Math.abs(side) }))
    .filter(({ distance }) => distance < nearPlane)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, nearBitsMax);
  const flips = near.map(({ bit }) => 1 << bit);
  const [one = 0, other = 0] = flips;
  if (flips.length === nearBitsMax) flips.push(one | other);
  return { key: keyText(key), nearKeys: flips.map((flip) => keyText(key ^ flip)) };
}

const keyText = (key: number): string => key.toString(16).padStart(keyBits / 4, "0");

function sideOf(bytes: Uint8Array, bit: number): number {
  let side = 0;
  for (let cell = 0; cell < octaves * headSegments; cell += 1) {
    const octave = cell % octaves;
    const loud = (bytes[2 * cell] ?? 0) * loudness.step + loudness.from;
    side += signOf(bit, 2 * cell) * (loud - (usualLoudness[octave] ?? 0));
    const high = bytes[2 * cell + 1] ?? 0;
    if (high === 0) continue;
    const height_ = high * height.step + height.from;
    side += signOf(bit, 2 * cell + 1) * (height_ - (usualHeight[octave] ?? 0));
  }
  return side;
}

/** 1 or −1, as if thrown: the mixing step of MurmurHash3. */
function signOf(bit: number, cell: number): number {
  let mixed = Math.imul((bit + 1) * 0x9e37 + cell, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 0 ? -1 : 1;
}

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const fromBase64Url = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
