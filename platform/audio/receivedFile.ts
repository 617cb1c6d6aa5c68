import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Wav, walkWav } from "../../domain/audio/readWav.js";
import type { Reading, Walk } from "../../domain/audio/riff.js";
import type { ByteRange } from "../../domain/byteRange.js";
import { pieceBytes } from "../fileParts.js";
import { keepFolder } from "../process/temporaryFolder.js";

/** A stranger's file, on the disk of this machine only. */
export interface ReceivedFile {
  readonly path: string;
  /** A file that is already gone is no error. */
  remove(): Promise<void>;
}

/** Writes a body to a file as it comes, so that it costs no memory, however long it takes. */
export async function receiveFile(folder: string, body: Readable): Promise<ReceivedFile> {
  const path = join(folder, `${randomUUID()}.received`);
  const remove = () => unlink(path).catch(() => undefined);
  const options = { flags: "wx", mode: 0o600, highWaterMark: pieceBytes };
  try {
    keepFolder(folder);
    await pipeline(body, createWriteStream(path, options));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, remove };
}

/** As much as nearly every file needs, in one read. */
const headBytes = 4096;

/** Reads the headers of a file, and nothing of its samples. */
export async function readWavFile(path: string): Promise<Reading<Wav>> {
  const file = await open(path);
  try {
    const { size } = await stat(path);
    const head = await readAt(file, { start: 0, end: Math.min(headBytes, size) });
    return await readFrom(file, head, walkWav(size));
  } finally {
    await file.close();
  }
}

async function readFrom<Value>(
  file: FileHandle,
  head: Uint8Array,
  walk: Walk<Value>,
): Promise<Reading<Value>> {
  let step = walk.next(nothing);
  while (!step.done) {
    const { start, end, isRead } = step.value;
    const isAtHand = !isRead || end <= head.length;
    step = walk.next(isAtHand ? head.subarray(start, end) : await readAt(file, { start, end }));
  }
  return step.value;
}

const nothing = new Uint8Array();

async function readAt(file: FileHandle, { start, end }: ByteRange): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}
