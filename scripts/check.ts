/** Checks the code without running it. See `usage`. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { CheckResult } from "./ciResult.js";
import { runQuietly } from "./runCommand.js";

const usage = `Checks the code without running it: format, lint, types, import rules and lock file.

  npm run check [-- --report FILE]

  --report FILE   writes the results to FILE as JSON
`;

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}
const steps: readonly Step[] = [
  { name: "format and lint", command: ["node_modules/.bin/biome", "ci", "--error-on-warnings"] },
  { name: "types", command: ["node_modules/.bin/tsc"] },
  {
    name: "import rules",
    command: ["node_modules/.bin/vitest", "run", "--project=unit", "tests/architecture.test.ts"],
  },
  // An install that changes it means that somebody else would get other packages than we tested.
  { name: "lock file unchanged", command: ["git", "diff", "--exit-code", "package-lock.json"] },
];

async function runStep({ name, command }: Step): Promise<CheckResult> {
  const startedAt = performance.now();
  const [program, ...args] = command;
  const { exitCode, output } = await runQuietly(program, args);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const passed = exitCode === 0;
  if (!passed) console.log(output);
  console.log(`${passed ? "✔" : "✘"} ${name}  ${seconds} s`);
  return { name, passed };
}

const { values } = parseArgs({
  options: { report: { type: "string" }, help: { type: "boolean", default: false } },
});
if (values.help) console.log(usage);
else await check();

async function check(): Promise<void> {
  const results: CheckResult[] = [];
  for (const step of steps) results.push(await runStep(step));
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(results));
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}
