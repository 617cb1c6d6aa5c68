import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { ReadFile } from "../../platform/audio/audioCheck.js";
import { readWavFile } from "../../platform/audio/receivedFile.js";
import { type FileRange, piecesOf } from "../../platform/fileParts.js";
import { temporaryFolder } from "./temporaryFolder.js";

/** Lies there until the test is done. */
export function writeAudio(bytes: Uint8Array): string {
  const path = join(temporaryFolder(), "audio.wav");
  writeFileSync(path, bytes);
  return path;
}

/** A file that can be read, as the audio check wants it. */
export async function audioOnDisk(bytes: Uint8Array): Promise<ReadFile> {
  const path = writeAudio(bytes);
  const reading = await readWavFile(path);
  if (!reading.ok) throw new Error(reading.message);
  return { path, wav: reading.value };
}

export const bytesOf = (range: FileRange): Promise<Buffer> =>
  buffer(Readable.from(copiesOf(range)));

async function* copiesOf(range: FileRange): AsyncGenerator<Buffer> {
  for await (const piece of piecesOf([range])) yield Buffer.from(piece);
}
