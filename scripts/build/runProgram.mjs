import { isMainThread } from "node:worker_threads";

/**
 * Runs a program in this same process, so that signals, the terminal and exit codes need no
 * forwarding.
 * @param {URL} file
 */
export async function runProgram(file) {
  try {
    await import(file.href);
  } catch (error) {
    if (!isMainThread) throw error; // Whoever started the thread gets it.
    console.error(reasonOf(error));
    process.exit(1); // What the program had opened would keep it running.
  }
}

/**
 * A Refusal is a reason to stop that the reader can mend: its message says how, a stack would not.
 * The same goes for a mistyped option and a port that is in use.
 * @param {unknown} error
 */
function reasonOf(error) {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code.startsWith("ERR_PARSE_ARGS"))
    return `${error.message}. Add --help to see what there is.`;
  if (code === "EADDRINUSE" && "port" in error && "address" in error) {
    return `Port ${error.port} on ${error.address} is in use by another program.`;
  }
  return error.name === "Refusal" ? error.message : error;
}
