/**
 * A process for the supervisor's tests: `node child.mjs <name> <journal> [manner]` writes down when
 * it starts and stops. Plain JavaScript, so that it starts fast.
 */
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

const [name, journal = "", manner = "steady"] = process.argv.slice(2);
const note = (/** @type {string} */ what) => appendFileSync(journal, `${name} ${what}\n`);

const print = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);

note("started");
process.on("SIGTERM", () => {
  note("stopped");
  if (manner !== "stubborn") process.exit(0);
});
setInterval(() => undefined, 60_000); // As a server's open port would, this keeps it running.

if (manner === "broken") {
  print("looking for the key");
  print("there is no key");
  process.exit(7);
}
if (manner === "oneShot") process.exit(0);
if (manner === "complaining") {
  print('{"level":30,"msg":"all is well"}');
  print('{"level":50,"msg":"could not pay","err":{"message":"no money"}}');
}
if (manner === "parent") {
  const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 60_000)"]);
  note(`has child ${child.pid}`);
}
if (manner === "slow") await new Promise((resolve) => setTimeout(resolve, 500));
if (manner !== "silent") process.send?.({ type: "ready" });
