/**
 * The process that walks a store for `checkFolder`: a damaged page can make LMDB crash or go in
 * circles, and then it is this process that dies.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { DamageError } from "../storage/damage.js";
import { Snapshot } from "../storage/snapshot.js";
import type { CheckMessage, CheckResult } from "./checkFolder.js";
import { checkSnapshot } from "./checkSnapshot.js";
import { ProblemFound } from "./problem.js";

const send = (message: CheckMessage): void => void process.send?.(message);

async function check(folder: string): Promise<CheckResult> {
  let reached = 0n;
  try {
    const snapshot = new Snapshot(folder);
    send({ kind: "opened", lastPosition: snapshot.end.position });
    const checked = await checkSnapshot(snapshot, async (position) => {
      reached = position;
      send({ kind: "reached", position });
      await nextTurn(); // So that the message is on its way before a crash.
    });
    return { kind: "intact", ...checked };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const isFound = error instanceof ProblemFound || error instanceof DamageError;
    const position = isFound ? error.position : undefined;
    return { kind: "damaged", what: error.message, position, near: reached };
  }
}

const [folder = ""] = process.argv.slice(2);
send(await check(folder));
process.disconnect();
