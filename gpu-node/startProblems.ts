import { Refusal } from "../platform/process/refusal.js";

/** What the system says of a folder, a file or an address, and what its owner can do. */
const remedies: ReadonlyMap<string, string> = new Map([
  [
    "EACCES",
    "this user may not: give it to the user that runs the node (in a container: node, 1000)",
  ],
  [
    "EPERM",
    "this user may not: give it to the user that runs the node (in a container: node, 1000)",
  ],
  ["EROFS", "it is read-only: name another folder in NODE_DATA_DIR"],
  ["ENOTDIR", "it is no folder: name another one in NODE_DATA_DIR"],
  ["EEXIST", "it is no folder: name another one in NODE_DATA_DIR"],
  ["EISDIR", "it is a folder, where a file is needed"],
  ["ENOSPC", "the disk is full"],
  ["EDQUOT", "the disk's quota is used up"],
  ["EADDRNOTAVAIL", "this machine has no such address: set NODE_HOST to one that it has"],
  ["ENOTFOUND", "no such address is known: set NODE_HOST to one of this machine"],
]);

/**
 * Whatever stops a start and can be mended by its owner, as one line: a container's log shows it at
 * each of its restarts. Anything else is a fault of ours and keeps its stack.
 */
export function toRefusal(error: unknown): unknown {
  if (error instanceof Refusal) return new Refusal(error.message.replace(/:?\s*\n\s*/g, "; "));
  if (!(error instanceof Error) || !("code" in error)) return error;
  const remedy = remedies.get(String(error.code));
  return remedy === undefined ? error : new Refusal(`Can't use ${placeOf(error)}: ${remedy}.`);
}

function placeOf(error: Error): string {
  if ("path" in error) return String(error.path);
  if ("address" in error) return String(error.address);
  return "hostname" in error ? String(error.hostname) : "what it needs";
}
