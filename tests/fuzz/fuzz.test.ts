import { expect, it } from "vitest";
import { installFuzzTool } from "./fuzzTool.js";
import { runFuzz } from "./runFuzz.js";

const fuzzMsMax = 240_000;
/** One round of this size takes less than a minute on two cores. */
const short = { requests: 1_000, examples: 3, seed: 1 };

it("no route answers outside its own document, whoever asks and whatever is sent", {
  timeout: fuzzMsMax,
}, async ({ skip }) => {
  const tool = installFuzzTool();
  if ("missing" in tool) {
    process.stdout.write(`The routes are not fuzzed: ${tool.missing}\n`);
    return skip(tool.missing);
  }
  const result = await runFuzz(tool.program, { ...short, say: () => undefined });
  expect(result.report).toBe("");
  expect(result.requests).toBeGreaterThan(short.requests);
});
