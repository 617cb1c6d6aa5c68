/** A supervisor to be killed: `supervising.ts <folder> <journal>` keeps one process running. */
import { Supervisor } from "../../scripts/supervisor/supervisor.js";

const [folder = "", journal = ""] = process.argv.slice(2);
await new Supervisor(folder, () => undefined).start({
  name: "stubborn",
  command: process.execPath,
  args: ["tests/support/child.mjs", "stubborn", journal, "orphan"],
  environment: process.env,
  readiness: "message",
});
process.stdout.write("supervising\n");
