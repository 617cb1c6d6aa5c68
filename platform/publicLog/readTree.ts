import { type Checkpoint, readCheckpoint } from "../../domain/log/checkpoint.js";
import { rootOfSubtrees } from "../../domain/log/merkle.js";
import { decodeNote } from "../../domain/log/signedNote.js";
import {
  bundlePath,
  decodeBundle,
  placeInTile,
  rootInTile,
  tilePath,
  tileWidth,
} from "../../domain/log/tiles.js";
import { type EntryRange, subtreesOf } from "../../domain/log/treeShape.js";
import { checkpointPath, PublicLogDiffersError, type PublicLogFiles } from "./publicLogFiles.js";

/** The newest checkpoint as it was signed, with what it says; undefined before the first. */
export async function readPublished(
  files: Pick<PublicLogFiles, "read">,
): Promise<(Checkpoint & { readonly note: string }) | undefined> {
  const note = (await files.read(checkpointPath))?.toString();
  const read = note === undefined ? undefined : decodeNote(note);
  const checkpoint = read && readCheckpoint(read.text);
  return checkpoint && note !== undefined ? { ...checkpoint, note } : undefined;
}

/**
 * The root over these entries, read from the tiles of a tree of `size` that was signed.
 * @throws PublicLogDiffersError when a tile is not there
 */
export async function rootOfRange(
  files: Pick<PublicLogFiles, "read">,
  range: EntryRange,
  size: number,
): Promise<Buffer> {
  const roots: Buffer[] = [];
  for (const subtree of subtreesOf(range)) {
    const { tile, ...place } = placeInTile(subtree, size);
    roots.push(rootInTile(await readSigned(files, tilePath(tile)), place));
  }
  return rootOfSubtrees(roots);
}

/** The entries of a signed tree from `start` up to `end`, which lie in one bundle. */
export async function readEntries(
  files: Pick<PublicLogFiles, "read">,
  { start, end }: EntryRange,
  size: number,
): Promise<Buffer[]> {
  const index = Math.floor(start / tileWidth);
  const width = Math.min(size - index * tileWidth, tileWidth);
  const path = bundlePath({ index, width });
  const entries = decodeBundle(await readSigned(files, path));
  if (entries?.length !== width) throw new PublicLogDiffersError(`${path} is no bundle.`);
  return entries.slice(start - index * tileWidth, end - index * tileWidth);
}

async function readSigned(files: Pick<PublicLogFiles, "read">, path: string): Promise<Buffer> {
  const bytes = await files.read(path);
  if (bytes === undefined) throw new PublicLogDiffersError(`${path} of the public log is missing.`);
  return bytes;
}
