/**
 * Installs what the tests need, then runs them.
 *
 *   npm test [-- arguments of vitest, such as a part of a file's name]
 */
import { runCommand } from "./runCommand.js";
import { installMissing } from "./supervisor/systemPackages.js";

installMissing(["mariaDb", "redis", "ffmpeg", "hledger"]);
if (process.platform === "linux") installMissing(["strace", "bubblewrap", "go"]);
const vitest = ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)];
const { exitCode } = await runCommand(process.execPath, vitest);
process.exitCode = exitCode;
