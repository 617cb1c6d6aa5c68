import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minute } from "../../domain/limits.js";

export interface TemporaryFolder {
  readonly path: string;
  remove(): void;
}

const prefix = "obsidian-";
const markSuffix = ".alive";
/** A mark this young may be one on which its process is about to listen. */
const markMsMin = minute;

/**
 * A private folder for this process. The mark beside it is a socket on which the process listens, so
 * the system itself tells whether it still lives: a pid may be another's by now, or of another
 * container.
 */
export function makeTemporaryFolder(purpose: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `${prefix}${purpose}-`));
  const mark = createServer((asking) => asking.destroy());
  // Without a mark the folder is nobody's to remove: it stays if this process is killed.
  mark.on("error", () => undefined);
  mark.listen(path + markSuffix).unref();
  return {
    path,
    remove() {
      rmSync(path, { recursive: true, force: true });
      mark.close();
    },
  };
}

/**
 * Makes a temporary folder again if it is gone, since whoever cleans up may have removed it. What somebody
 * else put in its place is not used.
 */
export function keepFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (found.isDirectory() && (process.getuid === undefined || isOurs(path))) return;
  throw new Error(`The temporary folder ${path} is not ours.`);
}

/** Removes the folders of processes that were killed: only those with a mark, and only our user's. */
export async function removeAbandonedFolders(): Promise<void> {
  const marks = readdirSync(tmpdir()).filter(
    (name) => name.startsWith(prefix) && name.endsWith(markSuffix),
  );
  for (const name of marks) {
    const mark = join(tmpdir(), name);
    if (!isOurs(mark) || !(await isDead(mark))) continue;
    const folder = mark.slice(0, -markSuffix.length);
    if (isOurs(folder)) rmSync(folder, { recursive: true, force: true });
    rmSync(mark, { force: true });
  }
}

/** False also for what is gone, since another process removes the same. */
function isOurs(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.uid === process.getuid?.();
}

function isDead(mark: string): Promise<boolean> {
  const made = lstatSync(mark, { throwIfNoEntry: false });
  if (!made?.isSocket() || Date.now() - made.mtimeMs < markMsMin) return Promise.resolve(false);
  return new Promise((resolve) => {
    const asking = connect(mark);
    asking.on("connect", () => {
      asking.destroy();
      resolve(false);
    });
    asking.on("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}
