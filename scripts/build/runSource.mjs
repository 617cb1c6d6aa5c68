/** Does for tests what run.mjs does for bundled programs: starts one from its TypeScript sources. */
import { register } from "tsx/esm/api";
import { runProgram } from "./runProgram.mjs";

// Neither a thread nor a process inherits the loader of whoever started it.
register();
const [, , source = ""] = process.argv;
process.argv.splice(1, 2, source);
await runProgram(new URL(`../../${source}`, import.meta.url));
