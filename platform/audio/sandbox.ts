import type { ChildProcess } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { bareEnvironment } from "../config/config.js";

/**
 * What FFmpeg is shut in by: bubblewrap and prlimit, prlimit alone, or, where there is no such program,
 * nothing but its time limit and fixed decoders.
 */
export const sandboxKinds = ["bubblewrap", "limits", "none"] as const;
export type SandboxKind = (typeof sandboxKinds)[number];

export interface Sandbox {
  readonly kind: SandboxKind;
  /** Started by root, it becomes a user who owns nothing. */
  readonly dropsUser: boolean;
}

/** Where nothing was tried: what every system of its kind can do. */
export const plainSandbox: Sandbox = {
  kind: process.platform === "linux" ? "limits" : "none",
  dropsUser: false,
};

export interface SandboxLimits {
  readonly cpuSeconds: number;
  /** Address space of each process. */
  readonly memoryBytes: number;
  /** Size of a file. */
  readonly outputBytes: number;
}

const fileHandlesMax = 64;
/** Threads count. FFmpeg 5 needs one, newer ones one for each step of theirs, and bubblewrap one. */
const processesMax = 16;

/** `nobody`: an account of every machine, which owns nothing. */
const nobody = "65534";

/** Where libraries lie, and what finds them. Read only; what is not here is left out. */
const libraryPaths = [
  ...["/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"],
  ...["/nix/store", "/etc/ld.so.cache", "/etc/alternatives"],
];

/**
 * The words that start `program` shut in. It gets its input and output as open files: under bubblewrap
 * it sees nothing but itself and its libraries, has no network, and no other process can be seen.
 */
export function shutIn(
  { kind, dropsUser }: Sandbox,
  limits: SandboxLimits,
  program: string,
): readonly string[] {
  const unprivileged = dropsUser ? withoutPrivileges : [];
  switch (kind) {
    case "none":
      return [...unprivileged, program];
    case "limits":
      return [...unprivileged, "prlimit", ...limitOptions(limits), program];
    case "bubblewrap": {
      const [path, prlimit] = [findOnPath(program), findOnPath("prlimit")];
      const limited = [prlimit, `--nproc=${processesMax}`, ...limitOptions(limits), path];
      return ["setsid", ...unprivileged, ...bubblewrap([path, prlimit]), ...limited];
    }
  }
}

/** The same with handle 3 open on a file, which the program itself need not see. */
export const withOutput = (outputFile: string, words: readonly string[]): readonly string[] => [
  ...["sh", "-c", 'exec "$@" 3> "$0"', outputFile],
  ...words,
];

const withoutPrivileges: readonly string[] = [
  ...["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--no-new-privs"],
  ...["--inh-caps=-all", "--bounding-set=-all"],
];

/**
 * The root it makes is a small file system in memory, which is read only once everything is in its
 * place. Processes are counted by user in each namespace of users, so the limit on them is set inside,
 * where no other process of ours counts.
 */
const bubblewrap = (programs: readonly string[]): readonly string[] => [
  ...["bwrap", "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net"],
  ...["--unshare-uts", "--unshare-cgroup-try", "--die-with-parent", "--cap-drop", "ALL"],
  ...libraryPaths.flatMap((path) => ["--ro-bind-try", path, path]),
  ...programs.flatMap((path) => ["--ro-bind", path, path]),
  ...["--remount-ro", "/", "--chdir", "/", "--"],
];

const limitOptions = ({ cpuSeconds, memoryBytes, outputBytes }: SandboxLimits) => [
  // At the first number FFmpeg is asked to stop, at the second it is killed.
  `--cpu=${cpuSeconds}:${cpuSeconds + 1}`,
  `--as=${memoryBytes}`,
  `--fsize=${outputBytes}`,
  `--nofile=${fileHandlesMax}`,
  "--core=0",
];

/**
 * Ends what was shut in. bubblewrap is several processes, which are bound to each other only once it is
 * set up: they are one group (setsid). It stands still meanwhile, so that it can't become one just then.
 */
export function killShutIn(child: ChildProcess): void {
  child.kill("SIGSTOP");
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It is no group: there is only the one process, or none.
  }
  child.kill("SIGKILL");
}

/** Where the program itself lies, without links; its name where there is none. */
function findOnPath(program: string): string {
  if (isAbsolute(program)) return program;
  const folders = (bareEnvironment()["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const found = folders.map((folder) => join(folder, program)).find(existsSync);
  return found === undefined ? program : realpathSync(found);
}
