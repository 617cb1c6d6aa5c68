/**
 * Starts a bundled program: `node .build/NAME/run.mjs api/main.ts [arguments]`. Stacks name our
 * sources.
 */
import { existsSync } from "node:fs";
import { builtName } from "./programs.mjs";
import { runProgram } from "./runProgram.mjs";

process.setSourceMapsEnabled(true);
const [, , source = ""] = process.argv;
const program = new URL(`${builtName(source)}.mjs`, import.meta.url);
if (existsSync(program)) {
  process.argv.splice(1, 2, source);
  await runProgram(program);
} else {
  console.error(`There is no program ${source}. scripts/build/programs.mjs names them all.`);
  process.exitCode = 1;
}
