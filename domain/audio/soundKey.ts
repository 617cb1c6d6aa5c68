import { balancedHead } from "./balance.js";
import { octaves } from "./octaves.js";
import { headSegments, type PrintCells } from "./printCells.js";

/**
 * Under which key a sound is filed: each bit says on which side of a plane its head lies, when gain and
 * tone are taken out. The planes are drawn once for all.
 */
const keyBits = 16;
/** The bits nearest to their plane may be the other ones for the same sound: 7 near keys. */
const nearBits = 3;
/** A single cell that differs by much does not decide alone. dB. */
const cellDbMax = 3;

export interface SoundKeys {
  readonly key: string;
  readonly nearKeys: readonly string[];
}

export function keysOf(print: PrintCells): SoundKeys {
  const head = featuresOf(print);
  const sides = Array.from({ length: keyBits }, (_, bit) => sideOf(head, bit));
  const key = sides.reduce((bits, side, bit) => (side > 0 ? bits | (1 << bit) : bits), 0);
  const near = sides
    .map((side, bit) => ({ bit, distance: Math.abs(side) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, nearBits)
    .map(({ bit }) => 1 << bit);
  const flips = [0];
  for (const bit of near) flips.push(...flips.map((flip) => flip | bit));
  return { key: keyText(key), nearKeys: flips.slice(1).map((flip) => keyText(key ^ flip)) };
}

const keyText = (key: number): string => key.toString(16).padStart(keyBits / 4, "0");

/** Loudness, then height, of each cell of the head. */
function featuresOf(print: PrintCells): Float64Array {
  const cells = octaves * headSegments;
  const { weights, loud, high } = balancedHead(print, cells);
  const features = new Float64Array(2 * cells);
  const bounded = (db: number, cell: number): number =>
    Number.isNaN(db) ? 0 : cellDbMax * Math.tanh(((weights[cell] ?? 0) * db) / cellDbMax);
  loud.forEach((db, cell) => {
    features[cell] = bounded(db, cell);
    features[cells + cell] = bounded(high[cell] ?? Number.NaN, cell);
  });
  return features;
}

const sideOf = (features: Float64Array, bit: number): number =>
  features.reduce((side, value, cell) => side + signOf(bit, cell) * value, 0);

/** 1 or −1, as if thrown: the mixing step of MurmurHash3. */
function signOf(bit: number, cell: number): number {
  let mixed = Math.imul((bit + 1) * 0x9e37 + cell, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) & 1) === 0 ? -1 : 1;
}
