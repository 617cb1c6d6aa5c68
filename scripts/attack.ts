/** Attacks a product of its own, and says what that cost everybody else. See `usage`. */
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { type Attacked, findingsOf, runAttacks } from "../tests/attack/runAttacks.js";
import { installMissing } from "./supervisor/systemPackages.js";

const roundsMax = 1_000;

const usage = `Attacks the product as strangers, users, nodes and neighbours would, and measures what it costs others.

  npm run attack -- [--only PART] [--rounds N] [--json]

  --only PART  only attacks with this in their name
  --rounds N   of all of them (default 1; about two minutes each)
  --json       prints one JSON object instead

Starts a product of its own on loopback, with its usual limits. Meanwhile somebody honest makes loops.
Fails when something broke, /health was late, memory grew, an honest loop failed, or units were earned.
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const rounds = Number(options.rounds);
  if (!/^\d{1,4}$/.test(options.rounds) || rounds < 1 || rounds > roundsMax) {
    throw new Refusal(`--rounds must be a whole number up to ${roundsMax}. See --help.`);
  }
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  const say = (line: string): void => console.error(line);
  const attacked = await runAttacks({ rounds, only: options.only, say });
  if (attacked.length === 0) throw new Refusal("No attack has that in its name. See --help.");
  const findings = findingsOf(attacked);
  if (findings.length > 0) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify({ attacks: attacked, findings }));
  else show(attacked, findings);
}

function show(attacked: readonly Attacked[], findings: readonly string[]): void {
  console.log(
    lineOf("", ["tried", "/health max", "95 %", "memory", "loops", "slowest", "failed", "units"]),
  );
  for (const each of attacked) {
    const { tried, healthMaxMs, health95Ms, memoryMib, loopsMade, loopMaxMs, loopsFailed, units } =
      each;
    const delays = [`${healthMaxMs} ms`, health95Ms === undefined ? "few" : `${health95Ms} ms`];
    const memory = memoryMib === undefined ? "unknown" : `+${memoryMib} MiB`;
    const loops = [loopsMade, `${loopMaxMs} ms`, loopsFailed];
    console.log(lineOf(each.name, [tried, ...delays, memory, ...loops, units ?? 0]));
  }
  for (const finding of findings) console.log(finding);
  console.log(findings.length === 0 ? "Everything held." : `${findings.length} did not hold.`);
}

function lineOf(name: string, values: readonly (string | number)[]): string {
  return name.padEnd(24) + values.map((value) => String(value).padStart(12)).join("");
}
