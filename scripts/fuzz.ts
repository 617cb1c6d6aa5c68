/** Asks every route of the API in many wrong ways. See `usage`. */
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { installFuzzTool } from "../tests/fuzz/fuzzTool.js";
import { type FuzzResult, runFuzz } from "../tests/fuzz/runFuzz.js";
import { readCount } from "./readCount.js";
import { installMissing } from "./supervisor/systemPackages.js";

const requestsDefault = 20_000;
const requestsMax = 10_000_000;
const examples = 100;
const seedMax = 2 ** 31;

const usage = `Asks every route of the API, as its OpenAPI document names them, in many wrong ways.

  npm run fuzz -- [--requests N] [--seed S] [--json]

  --requests N  at least (default ${requestsDefault})
  --seed S      repeats the questions of an earlier run (default: a new one, which is shown)
  --json        prints one JSON object instead

Starts a product of its own, asks as nobody, as a user, by a key and as a node, and fails when an
answer is a 500, has a status, a header or a form that the document does not name, repeats what was
sent, or shows a stack. Needs Python 3.10; installs the fuzzer, Schemathesis, into a folder of its own.
`;

const { values: options } = parseArgs({
  options: {
    requests: { type: "string", default: String(requestsDefault) },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const requests = readCount("--requests", options.requests, requestsMax);
  const seed = readCount("--seed", options.seed ?? String(randomInt(seedMax)), seedMax);
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  const tool = installFuzzTool();
  if ("missing" in tool) throw new Refusal(tool.missing);
  const say = (line: string): void => console.error(line);
  const result = await runFuzz(tool.program, { requests, examples, seed, say });
  if (result.report !== "") process.exitCode = 1;
  if (options.json) console.log(JSON.stringify(summaryOf(result, seed)));
  else show(result, seed);
}

function summaryOf({ requests, counts, report }: FuzzResult, seed: number) {
  const statuses = [...counts].map(
    ([operation, each]) => [operation, Object.fromEntries(each)] as const,
  );
  return { seed, requests, statuses: Object.fromEntries(statuses), report };
}

function show({ requests, counts, report }: FuzzResult, seed: number): void {
  for (const [operation, statuses] of [...counts].sort()) {
    const shown = [...statuses].sort().map(([status, count]) => `${status}×${count}`);
    console.log(`${operation.padEnd(52)}${shown.join("  ")}`);
  }
  if (report !== "") console.log(report);
  console.log(
    `${requests} requests, seed ${seed}. ${report === "" ? "Nothing found." : "See above."}`,
  );
}
