import { fileURLToPath } from "node:url";

const isSource = import.meta.url.endsWith(".ts");

/**
 * What starts a program of ours, as a process or a thread: its first argument is the program's
 * source, such as `api/main.ts`. All bundled programs lie beside it (scripts/build); only tests start
 * programs from their sources.
 */
export const launcher = fileURLToPath(
  new URL(isSource ? "../../scripts/build/runSource.mjs" : "./run.mjs", import.meta.url),
);
