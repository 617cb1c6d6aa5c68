import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isConsistent } from "../../../domain/log/consistency.js";
import {
  entryHash,
  inclusionProof,
  rootByProof,
  rootOf,
  rootOfSubtrees,
} from "../../../domain/log/merkle.js";
import {
  consistencyPath,
  type EntryRange,
  inclusionPath,
  subtreesOf,
} from "../../../domain/log/treeShape.js";

const hashesUpTo = (size: number): Buffer[] =>
  Array.from({ length: size }, (_, index) => entryHash(Buffer.from(`entry ${index}`)));
const all = hashesUpTo(300);
const rootUpTo = (size: number) => rootOf(all.slice(0, size));
const rootOfRange = ({ start, end }: EntryRange) => rootOf(all.slice(start, end));
const sizes = fc.integer({ min: 1, max: all.length });
const twoSizes = fc
  .tuple(sizes, sizes)
  .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);

describe("the shape of a tree", () => {
  it("names for each entry the ranges of its proof", () => {
    const places = sizes.chain((size) =>
      fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)),
    );
    fc.assert(
      fc.property(places, ([index, size]) => {
        const proof = inclusionPath(index, size).map(rootOfRange);
        expect(proof).toEqual(inclusionProof(all.slice(0, size), index));
        const [entry = Buffer.of()] = all.slice(index);
        expect(rootByProof(entry, { index, size, proof })).toEqual(rootUpTo(size));
      }),
    );
  });

  it("cuts a range into subtrees whose roots make its root", () => {
    fc.assert(
      fc.property(twoSizes, ([older, newer]) => {
        for (const range of [{ start: 0, end: newer }, ...consistencyPath(older, newer)]) {
          const subtrees = subtreesOf(range).map(({ level, index }) =>
            rootOfRange({ start: index * 2 ** level, end: (index + 1) * 2 ** level }),
          );
          expect(rootOfSubtrees(subtrees)).toEqual(rootOfRange(range));
        }
      }),
    );
  });
});

describe("a proof of consistency", () => {
  const proofOf = (older: number, newer: number) => consistencyPath(older, newer).map(rootOfRange);
  const head = (size: number) => ({ size, root: rootUpTo(size) });

  it("shows that a tree begins with each older one", () => {
    fc.assert(
      fc.property(twoSizes, ([older, newer]) => {
        expect(isConsistent(head(older), head(newer), proofOf(older, newer))).toBe(true);
      }),
    );
    expect(isConsistent(head(0), head(5), [])).toBe(true);
  });

  it("shows nothing of other trees, cut, longer, reversed or for other sizes", () => {
    fc.assert(
      fc.property(twoSizes, sizes, ([older, newer], other) => {
        fc.pre(older < newer);
        const proof = proofOf(older, newer);
        const [to, from] = [head(newer), head(older)];
        const wrong = entryHash(Buffer.from("wrong"));
        expect(isConsistent({ ...from, root: wrong }, to, proof)).toBe(false);
        expect(isConsistent(from, { ...to, root: wrong }, proof)).toBe(false);
        expect(isConsistent(to, from, proof)).toBe(false);
        expect(isConsistent(from, to, [...proof, wrong])).toBe(false);
        expect(isConsistent(from, to, [wrong, ...proof])).toBe(false);
        if (proof.length > 0) expect(isConsistent(from, to, proof.slice(1))).toBe(false);
        if (proof.length > 1) expect(isConsistent(from, to, proof.toReversed())).toBe(false);
        if (other !== older) expect(isConsistent({ ...from, size: other }, to, proof)).toBe(false);
      }),
    );
  });

  it("is refused for the empty tree if it says anything", () => {
    expect(isConsistent(head(0), head(5), [rootUpTo(1)])).toBe(false);
  });
});
