import { nodeHash, rootOf } from "./merkle.js";

/** The root of a perfect subtree on the right edge of a tree, over 2^level entries. */
export interface EdgeNode {
  readonly level: number;
  readonly hash: Buffer;
}

/**
 * All that a tree of RFC 9162 has to remember to take more entries and to tell its root: the perfect
 * subtrees that it falls into, from left to right, one for each bit of its size.
 */
export class RightEdge {
  readonly #nodes: EdgeNode[];
  #size: number;

  constructor(nodes: readonly EdgeNode[] = []) {
    this.#nodes = [...nodes];
    this.#size = nodes.reduce((size, { level }) => size + 2 ** level, 0);
  }

  get size(): number {
    return this.#size;
  }

  get nodes(): readonly EdgeNode[] {
    return this.#nodes;
  }

  /** Given by its hash. */
  append(entry: Buffer): void {
    let node: EdgeNode = { level: 0, hash: entry };
    for (let left = this.#nodes.at(-1); left?.level === node.level; left = this.#nodes.at(-1)) {
      this.#nodes.pop();
      node = { level: node.level + 1, hash: nodeHash(left.hash, node.hash) };
    }
    this.#nodes.push(node);
    this.#size += 1;
  }

  root(): Buffer {
    return rootOfSubtrees(this.#nodes.map(({ hash }) => hash));
  }
}

/** The root over perfect subtrees, given by their roots from left to right: ever smaller ones. */
export function rootOfSubtrees(roots: readonly Buffer[]): Buffer {
  if (roots.length === 0) return rootOf([]);
  return roots.reduceRight((right, left) => nodeHash(left, right));
}
