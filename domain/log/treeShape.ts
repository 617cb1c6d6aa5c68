/**
 * Which parts of a tree of RFC 9162 a proof or a root is made of, told by places alone: the hashes may lie
 * in files, in an array or nowhere. Sizes and places are whole numbers below 2^53.
 */

/** The entries from `start` up to, and without, `end`. */
export interface EntryRange {
  readonly start: number;
  readonly end: number;
}

/** A subtree over 2^level entries, the index-th of its level. At level 0 it is an entry. */
export interface PerfectSubtree {
  readonly level: number;
  readonly index: number;
}

/** The ranges whose roots lead from an entry to the root, from the bottom up (2.1.3.1). */
export function inclusionPath(index: number, size: number): EntryRange[] {
  const path: EntryRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  return path.reverse();
}

/**
 * The ranges whose roots show that a tree begins with an older one, from the bottom up (2.1.4.1). The
 * empty tree begins every other: nothing is to be shown.
 */
export function consistencyPath(older: number, newer: number): EntryRange[] {
  if (older === 0 || older === newer) return [];
  const path: EntryRange[] = [];
  let [start, end] = [0, newer];
  while (end > older) {
    const middle = start + splitOf(end - start);
    if (older <= middle) {
      path.push({ start: middle, end });
      end = middle;
    } else {
      path.push({ start, end: middle });
      start = middle;
    }
  }
  // The older tree itself, unless it is that subtree alone: then its root is known.
  if (start > 0) path.push({ start, end });
  return path.reverse();
}

/** The perfect subtrees that a range of such a path falls into, from left to right: ever smaller ones. */
export function subtreesOf({ start, end }: EntryRange): PerfectSubtree[] {
  const subtrees: PerfectSubtree[] = [];
  for (let from = start; from < end; ) {
    const level = Math.floor(Math.log2(end - from));
    subtrees.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return subtrees;
}

/** The largest power of two below the size: entries on the left. */
export function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}
