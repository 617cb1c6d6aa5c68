import { linkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refusal } from "../../platform/process/refusal.js";
import { findRunning, writePidFile } from "./processIdentity.js";

/** The supervisor that works in this data folder now. */
export const findLockHolder = (dataDir: string): number | undefined =>
  findRunning(join(dataDir, "lock"));

/**
 * Makes sure that one supervisor at a time works in a data folder; returns how to let go. A lock
 * whose holder is gone counts for nothing. @throws Refusal naming the holder
 */
export function lockDataFolder(dataDir: string): () => void {
  const lock = join(dataDir, "lock");
  const mine = join(dataDir, `lock.${process.pid}`);
  writePidFile(mine, process.pid);
  try {
    if (findLockHolder(dataDir) === undefined) rmSync(lock, { force: true });
    linkSync(mine, lock); // Fails when somebody else was first.
  } catch {
    const holder = findLockHolder(dataDir) ?? "unknown";
    throw new Refusal(
      `${dataDir} is in use by another npm start (pid ${holder}). ` +
        "Stop that one, or choose another folder with --data DIR.",
    );
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}
