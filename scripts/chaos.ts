/** Lets everything go wrong, and checks whether anything was lost. See `usage`. */
import { parseArgs } from "node:util";
import { countsOf } from "../tests/chaos/product/picture.js";
import { type ChaosResult, runChaos } from "../tests/chaos/product/runChaos.js";
import { tableText, tabulate } from "../tests/chaos/product/table.js";
import { readCount } from "./readCount.js";
import { installMissing } from "./supervisor/systemPackages.js";

const roundsDefault = 20;
const roundsMax = 10_000;
const shownMax = 50;

const usage = `Lets everything go wrong while the product is used, and checks whether anything was lost.

  npm run chaos -- [--rounds N] [--seed S] [--json]

  --rounds N   of up to three faults each (default ${roundsDefault}); about 15 s each
  --seed S     repeats the faults of an earlier run (default: a new one, which is shown)
  --json       prints one JSON object instead

Processes are killed and frozen, Redis is emptied, disks are full. A process of its own uses the
product meanwhile and writes down what it is told. Afterwards that file, the streams, usage, the
waiting line, audio, certificates, mails, balances and read models must agree. Fails when they do
not, or when the product is not healthy 30 s after a round.
`;

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: String(roundsDefault) },
    seed: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  const rounds = readCount("--rounds", options.rounds, roundsMax);
  const seedMax = 2 ** 31 - 1;
  const drawn = String(Math.floor(Math.random() * seedMax));
  const seed = readCount("--seed", options.seed ?? drawn, seedMax);
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  const result = await runChaos({ rounds, seed, say: (line) => console.error(line) });
  if (result.findings.length > 0) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify(summaryOf(result)));
  else show(result);
}

function summaryOf(result: ChaosResult) {
  const { seed, rounds, accepted, findings } = result;
  return {
    seed,
    faults: rounds.reduce((sum, { kinds }) => sum + kinds.length, 0),
    kinds: tabulate(result),
    accepted: Object.fromEntries(countsOf(accepted.map(({ what }) => what))),
    findings,
  };
}

function show(result: ChaosResult): void {
  const { seed, faults, kinds, accepted, findings } = summaryOf(result);
  console.log(`${tableText(kinds)}\n`);
  console.log(`${faults} faults in ${result.rounds.length} rounds, seed ${seed}. Accepted:`);
  for (const [what, count] of Object.entries(accepted)) console.log(`  ${what.padEnd(12)}${count}`);
  for (const { sort, text } of findings.slice(0, shownMax))
    console.log(`${sort.toUpperCase()} ${text}`);
  console.log(findings.length === 0 ? "Everything agrees." : `${findings.length} do not agree.`);
}
