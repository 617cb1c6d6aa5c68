import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";

const keptMs = 24 * 60 * 60 * 1000;

/**
 * Removes builds of days before from which nothing runs, and then packages that no build uses. What
 * runs may have to start again, or start a helper, from the very same files.
 * @param {string} parent
 */
export function removeOldBuilds(parent) {
  const { stdout, status } = spawnSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" });
  if (status !== 0) return;
  /** @param {(name: string) => boolean} isDisposable */
  const removeOld = (isDisposable) => {
    for (const name of readdirSync(parent).filter(isDisposable)) {
      removeIfOld(join(parent, name));
    }
  };
  removeOld((name) => !isPackages(name) && !stdout.includes(name));
  const links = readdirSync(parent).map((name) => join(parent, name, "packages"));
  const used = links.filter((link) => existsSync(link)).map((link) => basename(readlinkSync(link)));
  removeOld((name) => isPackages(name) && !used.includes(name));
}

/** @param {string} path */
function removeIfOld(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path, { recursive: true });
  } catch {
    // Another build removes it too, or it belongs to another user: it is in nobody's way.
  }
}

const isPackages = (/** @type {string} */ name) => name.startsWith("packages-");
