import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entryHash, rootOf } from "../../../domain/log/merkle.js";
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  entriesUnder,
  placeInTile,
  rootInTile,
  type Tile,
  tilePath,
  tilesOnEdge,
} from "../../../domain/log/tiles.js";
import { subtreesOf } from "../../../domain/log/treeShape.js";

describe("a tile", () => {
  it("is named as C2SP tlog-tiles has it", () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: 2, index: 0, width: 1 })).toBe("tile/2/000.p/1");
    expect(bundlePath({ index: 273, width: 112 })).toBe("tile/entries/273.p/112");
    expect(bundlePath({ index: 1000, width: 256 })).toBe("tile/entries/x001/000");
  });

  it("is partial on the edge of a tree of 70 000 and of 256 entries as the page has it", () => {
    expect(tilesOnEdge(70_000).map(tilePath)).toEqual([
      "tile/0/273.p/112",
      "tile/1/001.p/17",
      "tile/2/000.p/1",
    ]);
    expect(tilesOnEdge(256).map(tilePath)).toEqual(["tile/1/000.p/1"]);
    expect(tilesOnEdge(0)).toEqual([]);
  });

  it("needs a tree with all entries under it", () => {
    expect(entriesUnder("tile/0/273.p/112")).toBe(70_000);
    expect(entriesUnder("tile/entries/x001/x234/067")).toBe(1_234_068 * 256);
    expect(entriesUnder("tile/2/000")).toBe(256 ** 3);
    expect(entriesUnder("checkpoint")).toBeUndefined();
  });

  it("holds the roots of the subtrees that fall into it", () => {
    const size = 70_001;
    const hashes = Array.from({ length: size }, (_, index) => entryHash(Buffer.from(`${index}`)));
    for (const subtree of subtreesOf({ start: 0, end: size })) {
      const { tile, ...place } = placeInTile(subtree, size);
      const { level, index } = subtree;
      const expected = rootOf(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level));
      expect(rootInTile(bytesOf(tile, hashes), place)).toEqual(expected);
    }
    expect(() => rootInTile(Buffer.alloc(33), { first: 0, count: 2 })).toThrow(RangeError);
  });
});

function bytesOf({ level, index, width }: Tile, hashes: readonly Buffer[]): Buffer {
  const entries = 256 ** level;
  const roots = Array.from({ length: width }, (_, n) => {
    const start = (index * 256 + n) * entries;
    return rootOf(hashes.slice(start, start + entries));
  });
  return Buffer.concat(roots);
}

describe("a bundle", () => {
  const entries = fc.array(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    {
      maxLength: 256,
    },
  );

  it("gives its entries back", () => {
    fc.assert(
      fc.property(entries, (each) => {
        expect(decodeBundle(encodeBundle(each))).toEqual(each);
      }),
    );
    const longest = Buffer.alloc(65_535, 1);
    expect(decodeBundle(encodeBundle([longest]))).toEqual([longest]);
  });

  it.each([
    ["cut in an entry", Buffer.of(0, 2, 1)],
    ["cut in a length", Buffer.of(0, 1, 1, 0)],
    ["of 257 entries", Buffer.alloc(2 * 257)],
  ])("is none if it is %s", (_what, bytes) => {
    expect(decodeBundle(bytes)).toBeUndefined();
  });
});
