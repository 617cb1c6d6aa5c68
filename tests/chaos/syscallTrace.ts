import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { findProgram } from "../../scripts/supervisor/systemPackages.js";

/** What of a store's doing on its files and sockets matters for durability. */
export type TracedCall =
  /** Data pages on their way to the file; not durable yet. */
  | { readonly kind: "write"; readonly bytes: string }
  | { readonly kind: "sync" }
  /** The root that makes a commit visible, written through: LMDB opens the file with O_DSYNC. */
  | { readonly kind: "root" }
  | { readonly kind: "send"; readonly bytes: string };

/** Every write and sync of the store, with the text of what is written. */
export const straceOptions = (output: string): readonly string[] => [
  ...["strace", "--follow-forks", "--decode-fds=path", "--seccomp-bpf", "--quiet=all"],
  ...["--string-limit=10000000", "--strings-in-hex=all", `--output=${output}`],
  // A slow disk, so that whoever does not wait for it is certainly seen too early.
  ...["--inject=fdatasync:delay_enter=20000"],
  ...["--trace=openat,close,fdatasync,fsync,msync,pwrite64,pwritev,write,writev,sendmsg,sendto"],
];

/** Makes calls fail, counted for each thread from 1; so there is one thread only that writes. */
export const failing = (call: string, when: string): readonly string[] => [
  ...["strace", "--follow-forks", "--seccomp-bpf", "--quiet=all", "--output=/dev/null"],
  ...["--env=UV_THREADPOOL_SIZE=1", `--trace=${call}`, `--inject=${call}:error=EIO:when=${when}`],
];

/** Why strace cannot watch a process here, or undefined if it can. */
export function straceProblem(): string | undefined {
  if (process.platform !== "linux") return "strace, which counts the syncs, exists on Linux only.";
  if (findProgram("strace") === undefined) return "strace is not installed.";
  const { status } = spawnSync("strace", ["--quiet=all", "--output=/dev/null", "true"]);
  return status === 0 ? undefined : "strace may not watch processes in this container.";
}

/** As strace shows them: a test looks for what it knows to be written or sent. */
export const traced = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

/** Process, then the call with its arguments, or the rest of a call that another thread's cut. */
const line = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/;

/** A line of the trace; a call that was cut has two. */
interface TraceLine {
  readonly name: string;
  /** As the call began: the file, then what is written. */
  readonly args: string;
  readonly begins: boolean;
  readonly succeeds: boolean;
}

function readLines(file: string): readonly TraceLine[] {
  const begun = new Map<string, string>();
  return readFileSync(file, "latin1")
    .split("\n")
    .map((text) => {
      const [, thread = "", resumed, name = resumed ?? "", rest = ""] = line.exec(text) ?? [];
      const begins = resumed === undefined;
      if (begins) begun.set(thread, rest);
      const succeeds = !rest.endsWith("<unfinished ...>") && !rest.includes("= -1");
      return { name, args: begun.get(thread) ?? "", begins, succeeds };
    });
}

/**
 * The calls in their order: a write or a send counts from when it begins, a sync and a root from
 * when it has succeeded.
 */
export function readTrace(file: string): readonly TracedCall[] {
  const calls: TracedCall[] = [];
  const rootFiles = new Set<string>();
  for (const { name, args, begins, succeeds } of readLines(file)) {
    if (name === "openat") noteRootFile(args, rootFiles);
    const kind = kindOf(name, args, rootFiles);
    const hasBytes = kind === "write" || kind === "send";
    if (hasBytes && begins) calls.push({ kind, bytes: args });
    if (kind !== undefined && !hasBytes && succeeds) calls.push({ kind });
  }
  return calls;
}

function noteRootFile(args: string, rootFiles: Set<string>): void {
  const opened = / = (\d+)</.exec(args)?.[1];
  if (opened && args.includes("O_DSYNC")) rootFiles.add(opened);
}

const databaseFile = `${traced(Buffer.from("/data.mdb"))}>`;
const socket = `<${traced(Buffer.from("socket:"))}`;

function kindOf(
  name: string,
  args: string,
  rootFiles: ReadonlySet<string>,
): TracedCall["kind"] | undefined {
  const [file = ""] = args.split(",", 1);
  if (file.includes(socket)) return "send";
  if (!file.includes(databaseFile)) return undefined;
  if (name.endsWith("sync")) return "sync";
  return rootFiles.has(`${Number.parseInt(file, 10)}`) ? "root" : "write";
}
