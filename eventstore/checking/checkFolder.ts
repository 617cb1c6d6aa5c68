import { type ChildProcess, fork } from "node:child_process";
import { launcher } from "../../platform/process/launcher.js";
import { checkSilenceMsMax } from "../limits.js";
import { assertReadable, assertStoreIn } from "../storage/dataFolder.js";
import type { CheckedStore } from "./checkSnapshot.js";

export interface Damage {
  readonly kind: "damaged";
  readonly what: string;
  /** Position of the first affected event, where it is known. */
  readonly position: bigint | undefined;
  /** How far the check had come. */
  readonly near: bigint;
}
export type CheckResult = ({ readonly kind: "intact" } & CheckedStore) | Damage;

export const placeOf = ({ position, near }: Damage): string =>
  position === undefined ? `near position ${near}` : `at position ${position}`;

/** What the checking process says. */
export type CheckMessage =
  | { readonly kind: "opened"; readonly lastPosition: bigint }
  | { readonly kind: "reached"; readonly position: bigint }
  | CheckResult;

export type OnCheckProgress = (position: bigint, lastPosition: bigint) => void;

/**
 * Checks the store in a folder, whether or not it is being served. A checking process that crashes
 * or falls silent has met damage, near the position it told last.
 * @throws DataFolderError if there is nothing that could be checked.
 */
export async function checkFolder(
  folder: string,
  onProgress: OnCheckProgress = () => undefined,
  silenceMsMax: number = checkSilenceMsMax,
): Promise<CheckResult> {
  assertStoreIn(folder);
  return checkUnmarked(folder, onProgress, silenceMsMax);
}

/** The same for a copy that is not marked as a store yet. */
export function checkUnmarked(
  folder: string,
  onProgress: OnCheckProgress = () => undefined,
  silenceMsMax: number = checkSilenceMsMax,
): Promise<CheckResult> {
  assertReadable(folder);
  const child = fork(launcher, ["eventstore/checking/checkProcess.ts", folder], {
    execArgv: [],
    serialization: "advanced", // Positions are bigints.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  return follow(child, onProgress, silenceMsMax);
}

function follow(
  child: ChildProcess,
  onProgress: OnCheckProgress,
  silenceMsMax: number,
): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    let lastPosition = 0n;
    let near = 0n;
    let result: CheckResult | undefined;
    let isSilent = false;
    const silence = setTimeout(() => {
      isSilent = true;
      child.kill("SIGKILL");
    }, silenceMsMax);
    child.on("message", (message: CheckMessage) => {
      silence.refresh();
      if (message.kind === "opened") lastPosition = message.lastPosition;
      else if (message.kind === "reached") near = message.position;
      else result = message;
      onProgress(near, lastPosition);
    });
    child.once("error", reject);
    child.once("exit", (_code, signal) => {
      clearTimeout(silence);
      const end = isSilent ? "went in circles" : `was ended by ${signal ?? "an error"}`;
      const what = `reading on from position ${near} ${end}`;
      resolve(result ?? { kind: "damaged", what, position: undefined, near });
    });
  });
}
