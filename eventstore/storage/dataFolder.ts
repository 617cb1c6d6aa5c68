import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type EventDatabase, openEventDatabase } from "./database.js";
import { otherOwner } from "./folderLock.js";

/** Why the store cannot work with this folder, and what to do; one line for a person. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

const markerFile = "event-store.json";
const databaseFolder = "log";
const lockFile = "lock.mdb";
const lockFileBytes = 16_384;
/** Of the keys and values in the database. A store with another version is not opened. */
const formatVersion = 1;
const accessOfOthers = 0o077;

/**
 * Opens the store in a folder, and makes it in an empty or missing one.
 * @throws DataFolderError
 */
export async function openDataFolder(folder: string): Promise<EventDatabase> {
  const database = prepareAndOpen(folder);
  const owner = otherOwner(database, process.pid);
  if (owner === undefined) return database;
  await database.close();
  throw new DataFolderError(
    `${folder} is in use by process ${owner}. Stop that event store or choose another folder.`,
  );
}

function prepareAndOpen(folder: string): EventDatabase {
  try {
    prepareFolder(folder);
    return openEventDatabase(join(folder, databaseFolder));
  } catch (error) {
    if (error instanceof DataFolderError || !(error instanceof Error)) throw error;
    throw new DataFolderError(`${folder} cannot be used: ${error.message}`, { cause: error });
  }
}

function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder);
  if (existsSync(join(folder, markerFile))) {
    assertKnownFormat(folder);
  } else {
    assertEmpty(folder);
    writeMarker(folder);
  }
  mkdirSync(join(folder, databaseFolder), { recursive: true, mode: 0o700 });
  reserveLockFile(join(folder, databaseFolder, lockFile));
}

/**
 * LMDB makes its lock file without room on the disk and writes it through memory: on a full disk
 * that is the end of the process, without a word. Written as a file first, it is an error.
 */
function reserveLockFile(path: string): void {
  if (!existsSync(path)) writeFileSync(path, Buffer.alloc(lockFileBytes), { mode: 0o600 });
}

/** The log holds personal data, sealed or not: nobody else on the machine may read it. */
function assertPrivate(folder: string): void {
  const mode = statSync(folder).mode & accessOfOthers;
  if (mode !== 0 && process.platform !== "win32") {
    throw new DataFolderError(`${folder} is open to other users. Run: chmod 700 ${folder}`);
  }
}

function assertEmpty(folder: string): void {
  const [stranger] = readdirSync(folder);
  if (stranger !== undefined) {
    throw new DataFolderError(
      `${folder} is not an event store: it holds ${stranger}. Choose an empty folder.`,
    );
  }
}

function assertKnownFormat(folder: string): void {
  const marker: unknown = JSON.parse(readFileSync(join(folder, markerFile), "utf8"));
  const version =
    typeof marker === "object" && marker !== null && "formatVersion" in marker
      ? marker.formatVersion
      : undefined;
  if (version !== formatVersion) {
    throw new DataFolderError(
      `${folder} has format version ${version}; this program reads ${formatVersion}.`,
    );
  }
}

/** Renamed into place, so that a crash leaves the whole marker or none. */
function writeMarker(folder: string): void {
  const unfinished = join(folder, `${markerFile}.new`);
  const marker = { format: "obsidian-event-store", formatVersion };
  writeFileSync(unfinished, `${JSON.stringify(marker)}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, join(folder, markerFile));
}
