import { runClaim } from "./claim.js";
import { startNode } from "./startNode.js";
import { toRefusal } from "./startProblems.js";

const [command, ...args] = process.argv.slice(2);
const running =
  command === "claim"
    ? runClaim(args).then((text) => void process.stdout.write(`${text}\n`))
    : startNode();
await running.catch((error: unknown) => {
  throw toRefusal(error);
});
