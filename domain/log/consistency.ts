import { nodeHash } from "./merkle.js";
import { splitOf } from "./treeShape.js";

/** A tree as a checkpoint tells it. */
export interface TreeHead {
  /** Entries. */
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Does the newer tree begin with the older one (RFC 9162, 2.1.4.2)? The proof goes from the bottom up. One
 * that is too long, too short or of other trees shows nothing.
 */
export function isConsistent(older: TreeHead, newer: TreeHead, proof: readonly Buffer[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === 0) return proof.length === 0;
  const roots = climbBoth(older, newer.size, proof);
  return roots?.older.equals(older.root) === true && roots.newer.equals(newer.root);
}

interface Roots {
  readonly older: Buffer;
  readonly newer: Buffer;
}

/** `older` is what is left of the older tree; its root is known as long as nothing was split from its left. */
function climbBoth(
  older: { readonly size: number; readonly root?: Buffer },
  size: number,
  proof: readonly Buffer[],
): Roots | undefined {
  const last = proof.at(-1);
  if (older.size === size) return alone(older.root, proof);
  if (last === undefined) return undefined;
  const split = splitOf(size);
  const below = proof.slice(0, -1);
  if (older.size <= split) {
    const left = climbBoth(older, split, below);
    return left && { older: left.older, newer: nodeHash(left.newer, last) };
  }
  const right = climbBoth({ size: older.size - split }, size - split, below);
  return right && { older: nodeHash(last, right.older), newer: nodeHash(last, right.newer) };
}

/** Both trees are the same here: what is known, or the proof's one hash. */
function alone(known: Buffer | undefined, proof: readonly Buffer[]): Roots | undefined {
  const [first = known] = proof;
  if (first === undefined || proof.length !== (known === undefined ? 1 : 0)) return undefined;
  return { older: first, newer: first };
}
