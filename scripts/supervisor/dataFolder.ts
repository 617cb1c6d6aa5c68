import { chmodSync, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import { Refusal } from "../../platform/process/refusal.js";

const othersMask = 0o077;

/** Secrets, people's mails and keys lie here: nobody but the owner may look in. */
export function openPrivateFolder(path: string): void {
  if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
  refuseOpenToOthers(path, "700");
}

/** @throws Refusal with the command that mends it */
export function refuseOpenToOthers(path: string, mode: "600" | "700"): void {
  if ((statSync(path).mode & othersMask) === 0) return;
  throw new Refusal(
    `Other users of this machine can open ${path}. Close it: chmod ${mode} ${path}`,
  );
}

/** The file is there completely or not at all, and never readable by others for an instant. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, content, { mode: 0o600, flush: true });
  chmodSync(unfinished, 0o600); // An unfinished file of an earlier crash kept its own mode.
  renameSync(unfinished, path);
}
