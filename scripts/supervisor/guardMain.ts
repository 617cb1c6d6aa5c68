/** Ends what a supervisor that was killed left running in its data folder: see `guard.ts`. */
import { join } from "node:path";
import { findLockHolder } from "./dataLock.js";
import { stopLeftoversIn } from "./processIdentity.js";

const [dataDir = ""] = process.argv.slice(2);
// The next supervisor of this folder does it itself, and what runs may be its own already.
if (findLockHolder(dataDir) === undefined) await stopLeftoversIn(join(dataDir, "pids"));
