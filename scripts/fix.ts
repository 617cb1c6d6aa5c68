/** Formats and applies the linter's safe fixes. See `usage`. */
import { parseArgs } from "node:util";
import { runCommand } from "./runCommand.js";

const usage = `Formats all files, sorts their imports and applies the linter's safe fixes.

  npm run fix
`;

const { values } = parseArgs({ options: { help: { type: "boolean", default: false } } });
if (values.help) console.log(usage);
else {
  const { exitCode } = await runCommand("node_modules/.bin/biome", ["check", "--write"]);
  process.exitCode = exitCode;
}
