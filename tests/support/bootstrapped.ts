/** Run through scripts/bootstrap.mjs by its test: says how it was called, then does as it is told. */
import { Refusal } from "../../platform/process/refusal.js";

const args: readonly string[] = process.argv.slice(2);
if (args[0] === "wait") {
  process.on("SIGTERM", () => process.exit(5));
  setInterval(() => undefined, 60_000); // As a server's open port would, this keeps it running.
}
process.stdout.write(`${JSON.stringify(args)}\n`);
if (args[0] === "refuse") throw new Refusal("Set PORT to something else.");
if (args[0] === "break") throw new TypeError("a mistake of ours");
process.exitCode = 3;
