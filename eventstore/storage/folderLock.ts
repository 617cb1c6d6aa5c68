import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { open } from "lmdb";

export interface FolderLock {
  /** The process that also holds the lock, or undefined if this one is alone. */
  readonly otherOwner: number | undefined;
  readonly release: () => Promise<void>;
}

const lockFile = "owner.mdb";
const reservedBytes = 16_384;
/** One reader in LMDB's list: process id, thread, transaction. */
const readerLine = /^\s*(\d+)\s+[0-9a-f]+\s/gm;

/**
 * Says who serves a folder. An empty database of its own is opened for it, since each process
 * stands in LMDB's reader table for as long as a lock of the operating system proves that it
 * lives. So nothing is left behind by a killed process, and of two that start at the same moment
 * at least one sees the other. Whoever only reads the log, such as a backup, is in nobody's way.
 */
export function lockFolder(folder: string): FolderLock {
  reserveLockFile(join(folder, `${lockFile}-lock`));
  const database = open({ path: join(folder, lockFile), overlappingSync: false });
  database.get("nothing"); // The first read puts this process on the list.
  database.readerCheck();
  const owners = [...database.readerList().matchAll(readerLine)].map(([, id]) => Number(id));
  // Its own entry is expected once; a second one is another store in the same process.
  const ownEntry = owners.indexOf(process.pid);
  const otherOwner = owners.find((_owner, index) => index !== ownEntry);
  return { otherOwner, release: () => database.close() };
}

/**
 * LMDB makes its lock file without room on the disk and writes it through memory: on a full disk
 * that is the end of the process, without a word. Written as a file first, it is an error.
 */
export function reserveLockFile(path: string): void {
  if (!existsSync(path)) writeFileSync(path, Buffer.alloc(reservedBytes), { mode: 0o600 });
}
