import { chmodSync, rmSync, statSync } from "node:fs";
import {
  checkUnmarked,
  type Damage,
  type OnCheckProgress,
  placeOf,
} from "../checking/checkFolder.js";
import type { CheckedStore } from "../checking/checkSnapshot.js";
import { copyReportMs } from "../limits.js";
import {
  assertReadable,
  assertStoreIn,
  DataFolderError,
  databaseFile,
  databasePath,
  markAsStore,
  prepareEmptyFolder,
} from "../storage/dataFolder.js";
import { syncToDisk } from "../storage/durableFiles.js";
import { openTables } from "../storage/lmdbTables.js";

export interface CopyProgress {
  readonly onCopied: (bytes: number, bytesTotal: number) => void;
  readonly onChecked: OnCheckProgress;
}

/**
 * Copies the store in a folder as it is at one moment, in use or not, to an empty folder. What
 * becomes a store there was read through and is on the disk; until then it is none.
 * @throws DataFolderError
 */
export async function copyStore(
  from: string,
  to: string,
  progress: CopyProgress,
): Promise<CheckedStore> {
  assertStoreIn(from);
  assertReadable(from);
  prepareEmptyFolder(to);
  try {
    await copyDatabase(from, to, progress);
    const result = await checkUnmarked(to, progress.onChecked);
    if (result.kind === "damaged") throw new DataFolderError(damageOf(from, result));
    markAsStore(to);
    return result;
  } catch (error) {
    rmSync(databasePath(to), { recursive: true, force: true });
    throw error;
  }
}

/**
 * Page by page, within a read transaction: a writer goes on meanwhile and leaves those pages
 * alone. LMDB's compacting copy is not used, since it would follow damaged pages and crash.
 */
async function copyDatabase(from: string, to: string, { onCopied }: CopyProgress): Promise<void> {
  const { size } = statSync(databaseFile(from));
  const { root } = openTables(databasePath(from), "readOnly");
  const reports = setInterval(() => {
    const copy = statSync(databaseFile(to), { throwIfNoEntry: false });
    onCopied(copy?.size ?? 0, size);
  }, copyReportMs);
  try {
    await root.backup(databasePath(to), false);
  } finally {
    clearInterval(reports);
    await root.close();
  }
  chmodSync(databaseFile(to), 0o600);
  syncToDisk(databaseFile(to));
  onCopied(size, size);
}

function damageOf(from: string, damage: Damage): string {
  const what = `${from} is damaged ${placeOf(damage)}: ${damage.what}`;
  return `${what}. Nothing was made. Use a backup that is intact.`;
}
