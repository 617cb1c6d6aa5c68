import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { syncFolder } from "../fileParts.js";
import { answerMsMax } from "../patience.js";
import { withinTime } from "../process/outage.js";

/** What lies in the public log's folder is not what the ledger says now. */
export class PublicLogDiffersError extends Error {
  override readonly name = "PublicLogDiffersError";
}

/**
 * The files of the public log, as anybody may fetch them. They lie beside the audio, in a folder that all
 * processes share, under their paths of C2SP tlog-tiles.
 */
export interface PublicLogFiles {
  /** Undefined when there is no such file, and for what is no path of the log. */
  read(path: string): Promise<Buffer | undefined>;
  /**
   * Tiles and bundles never change. Resolves when the file is on the disk.
   * @throws PublicLogDiffersError when another one lies there
   */
  keep(path: string, bytes: Buffer): Promise<void>;
  /** The same for what was not signed yet: a run that died may have left another file. */
  replace(path: string, bytes: Buffer): Promise<void>;
  /** Replaces the newest checkpoint, when the tiles that it needs are there. */
  publish(checkpoint: string): Promise<void>;
}

export const checkpointPath = "checkpoint";
export const publicLogPath =
  /^(checkpoint|tile\/(entries|\d|[1-5]\d|6[0-3])\/(x\d{3}\/){0,5}\d{3}(\.p\/[1-9]\d{0,2})?)$/;

/** `url` is BLOB_URL, whose form `openBlobs` has checked. */
export function openPublicLog(url: string): PublicLogFiles {
  const folder = join(fileURLToPath(url), "log");
  const pathOf = (path: string): string => {
    if (!publicLogPath.test(path)) throw new RangeError("That is no path of the public log.");
    return join(folder, path);
  };
  const read = async (path: string) =>
    publicLogPath.test(path) ? inTime(readIfThere(pathOf(path))) : undefined;
  return {
    read,
    async keep(path, bytes) {
      const kept = await read(path);
      if (kept === undefined) return inTime(writeDurably(pathOf(path), bytes));
      if (!kept.equals(bytes)) {
        throw new PublicLogDiffersError(`${path} of the public log is not what the ledger says.`);
      }
    },
    replace: (path, bytes) => inTime(writeDurably(pathOf(path), bytes)),
    publish: (checkpoint) => inTime(writeDurably(pathOf(checkpointPath), Buffer.from(checkpoint))),
  };
}

const inTime = <Result>(work: Promise<Result>): Promise<Result> =>
  withinTime("The folder of the public log", answerMsMax, work);

export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Where a folder of the path is a file, or the other way round, there is no such file either.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
}

/** Written aside and renamed: a crash leaves the whole file or the one of before. */
export async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const aside = join(folder, `.${randomUUID()}.part`);
  try {
    await writeFile(aside, bytes, { mode: 0o600, flush: true });
    await rename(aside, path);
  } catch (error) {
    await unlink(aside).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}
