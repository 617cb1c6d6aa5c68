import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder is there completely or not at all, however many make it at the same time: the first
 * who has finished wins.
 * @param {string} folder
 * @param {(unfinished: string) => Promise<void>} fill
 */
export async function makeFolder(folder, fill) {
  const unfinished = mkdtempSync(join(dirname(folder), "unfinished-"));
  try {
    chmodSync(unfinished, 0o755); // An image is built by root and run by somebody else.
    await fill(unfinished);
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}
