import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system of its own for one folder, in memory, so small that it can be filled. */
export interface SmallDisk {
  /** Takes all room that is left. */
  fill(): void;
  makeRoom(): void;
  /** What is on it stays in the folder, on the disk below. */
  remove(): void;
}

const sourcePrefix = "obsidian-small-disk-";
const attemptsMax = 100;

/** For an empty folder; to be removed before its process ends. */
export function mountSmallDisk(folder: string, bytes: number): SmallDisk {
  unmountThoseOfTheDead();
  const source = `${sourcePrefix}${process.pid}`;
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes},mode=700`, source, folder]);
  let fillers: string[] = [];
  let isMounted = true;
  const makeRoom = () => {
    for (const filler of fillers) rmSync(filler, { force: true });
    fillers = [];
  };
  return {
    makeRoom,
    fill() {
      for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
        const free = freeBytes(folder);
        if (free === 0) return;
        const filler = join(folder, `filler-${fillers.length}`);
        fillers.push(filler);
        // It fails when somebody took some of it meanwhile: then there is less, or none.
        spawnSync("fallocate", ["--length", String(free), filler]);
      }
    },
    remove() {
      if (!isMounted) return;
      isMounted = false;
      makeRoom();
      const kept = `${folder}.kept`;
      execFileSync("cp", ["--archive", folder, kept]);
      execFileSync("umount", [folder]);
      rmdirSync(folder);
      renameSync(kept, folder);
    },
  };
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Undefined if this process may mount a file system. */
export function mountProblem(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-mount-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", folder]).status === 0;
  if (isMounted) execFileSync("umount", [folder]);
  rmdirSync(folder);
  return isMounted ? undefined : "Only root may mount a small file system, and not everywhere.";
}

/** Whoever was killed could not; the source that a mount names is its process. */
function unmountThoseOfTheDead(): void {
  for (const line of readFileSync("/proc/mounts", "utf8").split("\n")) {
    const [source = "", folder = ""] = line.split(" ");
    if (!source.startsWith(sourcePrefix)) continue;
    if (!isAlive(Number(source.slice(sourcePrefix.length)))) {
      execFileSync("umount", ["--lazy", folder]);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
