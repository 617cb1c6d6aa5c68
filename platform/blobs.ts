import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { ByteRange } from "../domain/byteRange.js";
import { type FilePart, pieceBytes, piecesOf, syncFolder, writeAndRemove } from "./fileParts.js";
import { answerMsMax, writeMsMax } from "./patience.js";
import { withinTime } from "./process/outage.js";
import { Refusal } from "./process/refusal.js";

/**
 * Generated audio: kept for a while, written before the event that names it. A disk that hangs
 * throws OutageError.
 */
export interface Blobs {
  /**
   * Resolves with the SHA-256 of the file, in hex, when it is on the disk under the name that follows
   * from it, whole: a crash leaves all of it or none. The same name again replaces it.
   */
  put(parts: Iterable<FilePart>, nameOf: (sha256: string) => string): Promise<string>;
  has(name: string): Promise<boolean>;
  /** The whole file or a part of it; undefined when there is no such file. */
  open(name: string, range?: ByteRange): Promise<Readable | undefined>;
  /** A file that is already gone is no error. */
  remove(name: string): Promise<void>;
  /** All that lie here, half-written ones too. */
  list(): Promise<readonly BlobEntry[]>;
  /** Resolves when the folder takes files. */
  ping(): Promise<void>;
}

export interface BlobEntry {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
}

/** A SHA-256 in hex, or a UUID as older software named files: no name leads out of the folder. */
const blobName = /^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\.wav$/;
/** Half-written files; a crash leaves them behind, and they go by age like the rest. */
const partName = /^\.[0-9a-f-]{36}\.part$/;

/**
 * `url` is BLOB_URL, file:///path/of/folder; the folder is made if need be.
 * @throws Refusal
 */
export async function openBlobs(url: string): Promise<Blobs> {
  const folder = folderOf(url);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    put: (parts, nameOf) =>
      inTime(
        put(folder, parts, (sha256) => pathOf(folder, nameOf(sha256))),
        writeMsMax,
      ),
    has: async (name) => (await inTime(unlessMissing(stat(pathOf(folder, name))))) !== undefined,
    async open(name, range) {
      const opening = unlessMissing(open(pathOf(folder, name)));
      const file = await inTime(opening).catch((error: unknown) => {
        opening.then((late) => late?.close()).catch(() => undefined);
        throw error;
      });
      const part = range && { start: range.start, end: range.end - 1 };
      return file?.createReadStream({ ...part, highWaterMark: pieceBytes });
    },
    remove: async (name) =>
      inTime(
        unlessMissing(unlink(partName.test(name) ? join(folder, name) : pathOf(folder, name))),
      ),
    list: () => list(folder),
    async ping() {
      await inTime(writeAndRemove(join(folder, `.${randomUUID()}.part`)));
    },
  };
}

const inTime = <Result>(work: Promise<Result>, msMax: number = answerMsMax): Promise<Result> =>
  withinTime("The audio folder", msMax, work);

function folderOf(url: string): string {
  const { protocol, host } = new URL(url);
  if (protocol === "file:" && host === "") return fileURLToPath(url);
  throw new Refusal("BLOB_URL must name a folder of this machine, such as file:///var/lib/audio.");
}

function pathOf(folder: string, name: string): string {
  if (!blobName.test(name)) throw new RangeError("A blob's name is a hash or a UUID, and .wav.");
  return join(folder, name);
}

async function put(
  folder: string,
  parts: Iterable<FilePart>,
  pathFor: (sha256: string) => string,
): Promise<string> {
  const part = join(folder, `.${randomUUID()}.part`);
  try {
    const sha256 = await writeSynced(part, parts);
    await rename(part, pathFor(sha256));
    await syncFolder(folder);
    return sha256;
  } catch (error) {
    await unlessMissing(unlink(part));
    throw error;
  }
}

async function writeSynced(path: string, parts: Iterable<FilePart>): Promise<string> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  try {
    for await (const piece of piecesOf(parts)) {
      hash.update(piece);
      await writeFile(file, piece);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest("hex");
}

async function list(folder: string): Promise<readonly BlobEntry[]> {
  const entries: BlobEntry[] = [];
  for (const name of await readdir(folder)) {
    if (!blobName.test(name) && !partName.test(name)) continue;
    const stats = await unlessMissing(stat(join(folder, name)));
    if (stats === undefined) continue;
    entries.push({ name, bytes: stats.size, modifiedMs: stats.mtimeMs });
  }
  return entries;
}

/** Another process may remove files of the same folder at the same moment. */
async function unlessMissing<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
