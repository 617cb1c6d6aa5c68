import { createHash } from "node:crypto";
import { open, unlink, writeFile } from "node:fs/promises";
import { type ByteRange, sizeOf } from "../domain/byteRange.js";

/** Bytes of a file on the disk. */
export interface FileRange extends ByteRange {
  readonly path: string;
}
/** What files are made of. A range is never in memory as a whole. */
export type FilePart = Uint8Array | FileRange;

/** A piece of 64 KiB costs three fifths more for each byte. */
export const pieceBytes = 256 * 1024;

/**
 * Megabytes that are made anew for every file let the garbage collector go through all memory again
 * and again, so what was needed once is used again. A few are kept, however many are in use.
 */
const spare: Uint8Array[] = [];
const spareMax = 8;

/** The bytes of all parts in order. A piece lasts until the next is asked for. */
export async function* piecesOf(parts: Iterable<FilePart>): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Uint8Array) yield part;
    else yield* piecesOfRange(part);
  }
}

async function* piecesOfRange({ path, start, end }: FileRange): AsyncGenerator<Uint8Array> {
  const buffer = spare.pop() ?? new Uint8Array(pieceBytes);
  try {
    const file = await open(path);
    try {
      for (let position = start; position < end; ) {
        const wanted = Math.min(pieceBytes, end - position);
        const { bytesRead } = await file.read(buffer, 0, wanted, position);
        if (bytesRead === 0) throw new RangeError(`A file ends before byte ${end}.`);
        yield buffer.subarray(0, bytesRead);
        position += bytesRead;
      }
    } finally {
      await file.close();
    }
  } finally {
    if (spare.length < spareMax) spare.push(buffer);
  }
}

export const bytesOfParts = (parts: readonly FilePart[]): number =>
  parts.reduce((sum, part) => sum + (part instanceof Uint8Array ? part.length : sizeOf(part)), 0);

/** SHA-256 in hex. */
export async function sha256OfFile(parts: Iterable<FilePart>): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of piecesOf(parts)) hash.update(piece);
  return hash.digest("hex");
}

/** Finds out whether files can be written there. */
export async function writeAndRemove(path: string): Promise<void> {
  await writeFile(path, "ping", { mode: 0o600 });
  await unlink(path);
}

/** A new name outlives a power cut only once its folder is on the disk too. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
