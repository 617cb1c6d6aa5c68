import { createHash } from "node:crypto";
import { inclusionPath, splitOf } from "./treeShape.js";

/**
 * The Merkle tree of RFC 9162, section 2.1, with SHA-256. Entries and inner nodes are hashed behind
 * different bytes, so that no inner node can be passed off as an entry.
 */

const entryPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

export const entryHash = (entry: Uint8Array): Buffer =>
  createHash("sha256").update(entryPrefix).update(entry).digest();

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash("sha256").update(nodePrefix).update(left).update(right).digest();

/** The root over entries, given by their hashes. That of none is the hash of nothing. */
export function rootOf(hashes: readonly Uint8Array[]): Buffer {
  const [first] = hashes;
  if (first === undefined) return createHash("sha256").digest();
  if (hashes.length === 1) return Buffer.from(first);
  const split = splitOf(hashes.length);
  return nodeHash(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** The root over perfect subtrees, given by their roots from left to right: ever smaller ones. */
export function rootOfSubtrees(roots: readonly Buffer[]): Buffer {
  if (roots.length === 0) return rootOf([]);
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

/** What has to be known beside an entry to come to the root, from the bottom up (2.1.3.1). */
export const inclusionProof = (hashes: readonly Uint8Array[], index: number): Buffer[] =>
  inclusionPath(index, hashes.length).map(({ start, end }) => rootOf(hashes.slice(start, end)));

export interface Inclusion {
  readonly index: number;
  /** Entries in the tree. */
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/** The root that an entry and its proof come to; undefined for a proof of another length. */
export function rootByProof(entry: Uint8Array, inclusion: Inclusion): Buffer | undefined {
  const { index, size, proof } = inclusion;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return undefined;
  if (index < 0 || index >= size || proof.length > depthMax) return undefined;
  return climb(entry, index, size, proof);
}

/** A tree of 2^53 entries is no deeper. */
const depthMax = 53;

function climb(
  entry: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Buffer | undefined {
  const last = proof.at(-1);
  if (size === 1) return last === undefined ? Buffer.from(entry) : undefined;
  if (last === undefined) return undefined;
  const split = splitOf(size);
  const below = proof.slice(0, -1);
  if (index < split) {
    const left = climb(entry, index, split, below);
    return left && nodeHash(left, last);
  }
  const right = climb(entry, index - split, size - split, below);
  return right && nodeHash(last, right);
}
