import type { TreeHead } from "./consistency.js";
import { hashBytes } from "./tiles.js";

/** What a log says of itself at one moment, in the form of C2SP tlog-checkpoint: the text of a note. */
export interface Checkpoint extends TreeHead {
  /** Which log it is: the prefix of its address without the scheme. */
  readonly origin: string;
  /** Further lines, which say nothing of the tree. */
  readonly extensions: readonly string[];
}

export const checkpointText = ({ origin, size, root, extensions }: Checkpoint): string =>
  [origin, `${size}`, root.toString("base64"), ...extensions].map((line) => `${line}\n`).join("");

const extensionsMax = 16;

/** Undefined for a text that is no checkpoint. */
export function readCheckpoint(text: string): Checkpoint | undefined {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length > 3 + extensionsMax) return undefined;
  const [origin, size, root, ...extensions] = lines;
  if (!origin || size === undefined || root === undefined) return undefined;
  if (!/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return undefined;
  const hash = Buffer.from(root, "base64");
  if (hash.length !== hashBytes || hash.toString("base64") !== root) return undefined;
  if (extensions.includes("")) return undefined;
  return { origin, size: Number(size), root: hash, extensions };
}
