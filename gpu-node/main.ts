import { startNode } from "./startNode.js";
import { toRefusal } from "./startProblems.js";

await startNode().catch((error: unknown) => {
  throw toRefusal(error);
});
