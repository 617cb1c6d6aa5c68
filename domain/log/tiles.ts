import { rootOf } from "./merkle.js";
import type { PerfectSubtree } from "./treeShape.js";

/**
 * The tree cut into files as C2SP tlog-tiles has it: a tile holds 256 hashes of every eighth level of
 * the tree, a bundle the entries under a tile of the lowest one. Full ones never change; what a signed
 * tree ends with is a partial one, which is named with its width.
 */

export const tileHeight = 8;
export const tileWidth = 256;
export const hashBytes = 32;

export interface Tile {
  /** 0 holds the hashes of entries, 1 those of 256 each, and so on. */
  readonly level: number;
  readonly index: number;
  /** Hashes in it: 1 to 256. */
  readonly width: number;
}

/** `tile/0/x001/x234/067` is the 1 234 067th of level 0; a partial one ends in `.p/<width>`. */
export const tilePath = ({ level, ...place }: Tile): string => `tile/${level}/${placeOf(place)}`;

/** The entries under a tile of level 0. */
export const bundlePath = (place: Omit<Tile, "level">): string => `tile/entries/${placeOf(place)}`;

function placeOf({ index, width }: Omit<Tile, "level">): string {
  const digits = `${index}`;
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/\d{3}/g) ?? [];
  const place = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join("/");
  return width === tileWidth ? place : `${place}.p/${width}`;
}

/** No log that we keep is deeper: 256^6 entries are more than a number counts exactly. */
const levelsMax = 6;

/** Hashes that level `level` has in a tree of this size. */
const hashesOf = (size: number, level: number): number => Math.floor(size / tileWidth ** level);

const tileForm = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** How many entries a tree needs to have the tile or bundle of this path; undefined for another path. */
export function entriesUnder(path: string): number | undefined {
  const [, level = "", place, width] = tileForm.exec(path) ?? [];
  if (place === undefined) return undefined;
  const index = Number(place.replaceAll(/[x/]/g, ""));
  const hashes = index * tileWidth + Number(width ?? tileWidth);
  return hashes * tileWidth ** (level === "entries" ? 0 : Number(level));
}

/** The partial tiles of a tree of this size. */
export const tilesOnEdge = (size: number): Tile[] =>
  Array.from({ length: levelsMax + 1 }, (_, level) => level).flatMap((level) => {
    const hashes = hashesOf(size, level);
    const width = hashes % tileWidth;
    return width === 0 ? [] : { level, index: Math.floor(hashes / tileWidth), width };
  });

/** Where a subtree's root is: it is the root over `count` hashes of this tile, from `first` on. */
export function placeInTile({ level, index }: PerfectSubtree, size: number) {
  const tileLevel = Math.floor(level / tileHeight);
  const count = 2 ** (level % tileHeight);
  const hash = index * count;
  const tileIndex = Math.floor(hash / tileWidth);
  const width = Math.min(hashesOf(size, tileLevel) - tileIndex * tileWidth, tileWidth);
  const tile: Tile = { level: tileLevel, index: tileIndex, width };
  return { tile, first: hash % tileWidth, count };
}

/** @throws RangeError for a tile that is not as wide as it says */
export function rootInTile(
  bytes: Buffer,
  { first, count }: { first: number; count: number },
): Buffer {
  const hashes = Array.from({ length: count }, (_, n) => {
    const at = (first + n) * hashBytes;
    return bytes.subarray(at, at + hashBytes);
  });
  if (hashes.some(({ length }) => length !== hashBytes)) throw new RangeError("A tile is cut.");
  return rootOf(hashes);
}

const lengthBytes = 2;

/** Each entry behind its length in 16 bits, the larger byte first. */
export function encodeBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.alloc(lengthBytes);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Undefined for bytes that are no bundle of at most 256 entries. */
export function decodeBundle(bytes: Buffer): Buffer[] | undefined {
  const entries: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (entries.length === tileWidth || at + lengthBytes > bytes.length) return undefined;
    const from = at + lengthBytes;
    at = from + bytes.readUInt16BE(at);
    if (at > bytes.length) return undefined;
    entries.push(bytes.subarray(from, at));
  }
  return entries;
}
