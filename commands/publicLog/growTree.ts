import type { TreeHead } from "../../domain/log/consistency.js";
import { entryHash, rootOf } from "../../domain/log/merkle.js";
import { rootOfSubtrees } from "../../domain/log/rightEdge.js";
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  hashBytes,
  placeInTile,
  rootInTile,
  tilePath,
  tilesOnEdge,
  tileWidth,
} from "../../domain/log/tiles.js";
import { subtreesOf } from "../../domain/log/treeShape.js";
import {
  PublicLogDiffersError,
  type PublicLogFiles,
} from "../../platform/publicLog/publicLogFiles.js";

/**
 * A tree that takes entries and keeps itself in files: a tile or bundle when it is full, and at a signature
 * what is not. All it remembers is the partial tiles of its right edge, which lie in the files of any size
 * that was signed.
 */
export class GrowingTree {
  readonly #files: PublicLogFiles;
  #size = 0;
  #bundle: Buffer[] = [];
  /** The hashes of each level's last tile: fewer than 256. */
  readonly #levels: Buffer[][] = [[]];

  private constructor(files: PublicLogFiles) {
    this.#files = files;
  }

  static empty(files: PublicLogFiles): GrowingTree {
    return new GrowingTree(files);
  }

  /** Goes on from a size that was signed. @throws PublicLogDiffersError if its files are not there */
  static async from(files: PublicLogFiles, { size, root }: TreeHead): Promise<GrowingTree> {
    const tree = new GrowingTree(files);
    tree.#size = size;
    for (const tile of tilesOnEdge(size)) {
      const bytes = await readWhole(files, tilePath(tile), tile.width * hashBytes);
      tree.#levels[tile.level] = hashesIn(bytes);
    }
    for (let level = 0; level < tree.#levels.length; level += 1) tree.#levels[level] ??= [];
    const width = size % tileWidth;
    if (width > 0) {
      const path = bundlePath({ index: Math.floor(size / tileWidth), width });
      const entries = decodeBundle((await files.read(path)) ?? Buffer.alloc(0));
      if (entries?.length !== width) throw missing(path);
      tree.#bundle = entries;
    }
    if (!tree.root().equals(root)) throw missing(`the tree of ${size}`);
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  async append(entry: Buffer): Promise<void> {
    this.#bundle.push(entry);
    this.#size += 1;
    if (this.#bundle.length === tileWidth) {
      const index = this.#size / tileWidth - 1;
      await this.#files.keep(bundlePath({ index, width: tileWidth }), encodeBundle(this.#bundle));
      this.#bundle = [];
    }
    await this.#push(0, entryHash(entry));
  }

  async #push(level: number, hash: Buffer): Promise<void> {
    const hashes = this.#levels[level] ?? [];
    this.#levels[level] = hashes;
    hashes.push(hash);
    if (hashes.length < tileWidth) return;
    const index = Math.floor(this.#size / tileWidth ** (level + 1)) - 1;
    await this.#files.keep(tilePath({ level, index, width: tileWidth }), Buffer.concat(hashes));
    this.#levels[level] = [];
    await this.#push(level + 1, rootOf(hashes));
  }

  /** Keeps what is not full: then this size may be signed. */
  async keep(): Promise<TreeHead> {
    for (const tile of tilesOnEdge(this.#size)) {
      await this.#files.keep(tilePath(tile), Buffer.concat(this.#levels[tile.level] ?? []));
    }
    const width = this.#bundle.length;
    const index = Math.floor(this.#size / tileWidth);
    if (width > 0) await this.#files.keep(bundlePath({ index, width }), encodeBundle(this.#bundle));
    return { size: this.#size, root: this.root() };
  }

  root(): Buffer {
    const roots = subtreesOf({ start: 0, end: this.#size }).map((subtree) => {
      const { tile, ...place } = placeInTile(subtree, this.#size);
      return rootInTile(Buffer.concat(this.#levels[tile.level] ?? []), place);
    });
    return rootOfSubtrees(roots);
  }
}

function hashesIn(tile: Buffer): Buffer[] {
  const count = tile.length / hashBytes;
  return Array.from({ length: count }, (_, n) => tile.subarray(n * hashBytes, (n + 1) * hashBytes));
}

async function readWhole(files: PublicLogFiles, path: string, bytes: number): Promise<Buffer> {
  const found = await files.read(path);
  if (found?.length !== bytes) throw missing(path);
  return found;
}

const missing = (what: string) =>
  new PublicLogDiffersError(`The public log's folder does not hold ${what} as it was signed.`);
