import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DamageError } from "./damage.js";
import { syncToDisk, writeWhole } from "./durableFiles.js";
import { lockFolder, reserveLockFile } from "./folderLock.js";
import { type EventDatabase, openEventDatabase } from "./lmdbDatabase.js";

/** Why the store cannot work with this folder, and what to do; one line for a person. */
export class DataFolderError extends Error {
  override readonly name = "DataFolderError";
}

/** The store in a folder, which nobody else serves meanwhile. */
export interface OpenDataFolder {
  readonly database: EventDatabase;
  readonly close: () => Promise<void>;
}

const markerFile = "event-store.json";
/** Version of the keys and values in the database. A store with another version is not opened. */
const formatVersion = 2;
const accessOfOthers = 0o077;

/** Where LMDB keeps its files. */
export const databasePath = (folder: string): string => join(folder, "log");
export const databaseFile = (folder: string): string => join(databasePath(folder), "data.mdb");

/**
 * Opens the store in a folder, and makes it in an empty or missing one.
 * @throws DataFolderError
 */
export async function openDataFolder(folder: string): Promise<OpenDataFolder> {
  return namingFolder(folder, async () => {
    prepareFolder(folder);
    const lock = lockFolder(folder);
    try {
      assertAlone(folder, lock.otherOwner);
      const database = openEventDatabase(databasePath(folder));
      syncToDisk(databasePath(folder));
      const close = async (): Promise<void> => {
        await database.close();
        await lock.release();
      };
      return { database, close };
    } catch (error) {
      await lock.release();
      throw error;
    }
  });
}

/**
 * That there is a whole store in a folder, in use or not.
 * @throws DataFolderError
 */
export function assertStoreIn(folder: string): void {
  if (!existsSync(join(folder, markerFile))) {
    throw new DataFolderError(`${folder} is not an event store: it holds no ${markerFile}.`);
  }
  assertKnownFormat(folder);
  if (!existsSync(databaseFile(folder))) {
    throw new DataFolderError(`${folder} holds no events: nothing was ever written to it.`);
  }
}

/** @throws DataFolderError if this user may not read the events. */
export function assertReadable(folder: string): void {
  try {
    accessSync(databaseFile(folder), constants.R_OK);
    accessSync(databasePath(folder), constants.W_OK);
  } catch {
    throw new DataFolderError(
      `${folder} may not be read by this user. Run this as the user that runs the event store.`,
    );
  }
}

/**
 * An empty folder for a store, made if it is missing. It is no store before it is marked as one.
 * @throws DataFolderError
 */
export function prepareEmptyFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder);
  assertEmpty(folder);
  mkdirSync(databasePath(folder), { mode: 0o700 });
  reserveLockFile(join(databasePath(folder), "lock.mdb"));
}

/** From here on the folder is a store, also after a crash. */
export function markAsStore(folder: string): void {
  const marker = { format: "obsidian-event-store", formatVersion };
  syncToDisk(databasePath(folder));
  writeWhole(join(folder, markerFile), `${JSON.stringify(marker)}\n`);
  syncToDisk(dirname(resolve(folder)));
}

/** Runs work on a folder; what the operating system or LMDB refuse becomes a line that names it. */
export async function namingFolder<Result>(
  folder: string,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataFolderError || !(error instanceof Error)) throw error;
    if (error instanceof DamageError) {
      const advice = `See npm run eventstore -- verify --data ${folder}.`;
      throw new DataFolderError(`${folder} is damaged: ${error.message} ${advice}`, {
        cause: error,
      });
    }
    throw new DataFolderError(`${folder} cannot be used: ${error.message}`, { cause: error });
  }
}

function prepareFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  assertPrivate(folder);
  if (existsSync(join(folder, markerFile))) {
    assertKnownFormat(folder);
    mkdirSync(databasePath(folder), { recursive: true, mode: 0o700 });
    reserveLockFile(join(databasePath(folder), "lock.mdb"));
  } else {
    prepareEmptyFolder(folder);
    markAsStore(folder);
  }
}

/** The log holds personal data, sealed or not: nobody else on the machine may read it. */
export function assertPrivate(folder: string): void {
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

function assertAlone(folder: string, owner: number | undefined): void {
  if (owner === undefined) return;
  throw new DataFolderError(
    `${folder} is in use by process ${owner}. Stop that event store or choose another folder.`,
  );
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
