import type { TreeHead } from "../../domain/log/consistency.js";
import { entryHash, rootOf, rootOfSubtrees } from "../../domain/log/merkle.js";
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
import type { PublicLogFiles } from "../../platform/publicLog/publicLogFiles.js";

/**
 * A tree that takes entries and keeps itself in files: a tile or bundle when it is full, and at a signature
 * what is not. All it remembers is the partial tiles of its right edge, which lie in the files of any size
 * that was signed.
 */
export class GrowingTree {
  readonly #files: PublicLogFiles;
  /** Entries that were signed: files of theirs never change. Others may be left of a run that died. */
  readonly #signed: number;
  #size = 0;
  #bundle: Buffer[] = [];
  /** The hashes of each level's last tile: fewer than 256. */
  readonly #levels: Buffer[][] = [[]];

  private constructor(files: PublicLogFiles, signed: number) {
    this.#files = files;
    this.#signed = signed;
  }

  static empty(files: PublicLogFiles, signed: number): GrowingTree {
    return new GrowingTree(files, signed);
  }

  /**
   * Goes on from a size that was signed; undefined where its files are not there, or are others: the folder
   * may be a new one.
   */
  static async from(
    files: PublicLogFiles,
    { size, root }: TreeHead,
  ): Promise<GrowingTree | undefined> {
    const tree = new GrowingTree(files, size);
    tree.#size = size;
    for (const tile of tilesOnEdge(size)) {
      const bytes = await files.read(tilePath(tile));
      if (bytes?.length !== tile.width * hashBytes) return undefined;
      tree.#levels[tile.level] = hashesIn(bytes);
    }
    for (let level = 0; level < tree.#levels.length; level += 1) tree.#levels[level] ??= [];
    const width = size % tileWidth;
    const path = bundlePath({ index: Math.floor(size / tileWidth), width });
    const entries = width === 0 ? [] : decodeBundle((await files.read(path)) ?? Buffer.alloc(0));
    if (entries?.length !== width || !tree.root().equals(root)) return undefined;
    tree.#bundle = entries;
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
      await this.#keep(bundlePath({ index, width: tileWidth }), encodeBundle(this.#bundle));
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
    await this.#keep(tilePath({ level, index, width: tileWidth }), Buffer.concat(hashes));
    this.#levels[level] = [];
    await this.#push(level + 1, rootOf(hashes));
  }

  /** Keeps what is not full: then this size may be signed. */
  async keep(): Promise<TreeHead> {
    for (const tile of tilesOnEdge(this.#size)) {
      await this.#keep(tilePath(tile), Buffer.concat(this.#levels[tile.level] ?? []));
    }
    const width = this.#bundle.length;
    const index = Math.floor(this.#size / tileWidth);
    if (width > 0) await this.#keep(bundlePath({ index, width }), encodeBundle(this.#bundle));
    return { size: this.#size, root: this.root() };
  }

  /** A full file ends where the tree does now: what is beyond the last signature may still be replaced. */
  async #keep(path: string, bytes: Buffer): Promise<void> {
    if (this.#size <= this.#signed) await this.#files.keep(path, bytes);
    else await this.#files.replace(path, bytes);
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
