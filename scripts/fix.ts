/** Formats, sorts imports and applies the linter's safe fixes: `npm run fix`. */
import { runCommand } from "./runCommand.js";

const { exitCode } = await runCommand("node_modules/.bin/biome", ["check", "--write"]);
process.exitCode = exitCode;
