import type { EventDatabase } from "./database.js";

/** One reader in LMDB's list: process id, thread, transaction. */
const readerLine = /^\s*(\d+)\s+[0-9a-f]+\s/gm;

/**
 * The process that also has the database open, or undefined if this one is alone. Each process
 * stands in LMDB's reader table for as long as a lock of the operating system proves that it
 * lives. So nothing is left behind by a killed process, and of two that start at the same moment
 * at least one sees the other.
 */
export function otherOwner(database: EventDatabase, ownProcessId: number): number | undefined {
  const owners = [...database.listReaders().matchAll(readerLine)].map(([, id]) => Number(id));
  // Its own entry is expected once; a second one is another store in the same process.
  const ownEntry = owners.indexOf(ownProcessId);
  return owners.find((_owner, index) => index !== ownEntry);
}
