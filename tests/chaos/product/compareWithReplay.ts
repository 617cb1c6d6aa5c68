import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { launcher } from "../../../platform/process/launcher.js";
import type { Finding } from "./checks/finding.js";

const run = promisify(execFile);
const outputBytesMax = 16 * 1024 ** 2;

/** Whether the read models hold what a fresh replay would; as a maintainer asks it. */
export async function compareWithReplay(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const args = [launcher, "scripts/replay.ts", "--verify", "--json"];
  try {
    await run(process.execPath, args, { env, maxBuffer: outputBytesMax });
    return [];
  } catch (error) {
    return [{ sort: "wrong", text: `read models differ from a replay: ${error}` }];
  }
}
