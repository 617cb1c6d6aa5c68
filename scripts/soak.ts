/** Uses the product for a while, and checks whether anything grows. See `usage`. */
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { runSoak, type SoakResult } from "../tests/chaos/soak/runSoak.js";
import { limits } from "../tests/chaos/soak/trend.js";
import { installMissing } from "./supervisor/systemPackages.js";

const minutesDefault = 10;
const minutesMax = 24 * 60;

const limitLines = Object.entries(limits)
  .map(
    ([quantity, { perMinute, slack }]) =>
      `  ${quantity.padEnd(14)}${perMinute} a minute, and ${slack} in all`,
  )
  .join("\n");

const usage = `Uses the product for a while, and checks whether memory or open handles of a process grow.

  npm run soak -- [--minutes N] [--json]

  --minutes N  how long (default ${minutesDefault})
  --json       prints one JSON object instead

Flat is what grows by no more than this over the second half of the time:

${limitLines}

Fails when something is not flat, or when something that was asked for got no answer. Linux only.
`;

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: String(minutesDefault) },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  if (process.platform !== "linux") throw new Refusal("Only Linux tells what a process holds.");
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  const minutes = readMinutes();
  const result = await runSoak({ minutes, say: (line) => console.error(line) });
  const isFlat = result.trends.every((trend) => trend.isFlat);
  if (!isFlat || result.failures.length > 0) process.exitCode = 1;
  if (options.json) console.log(JSON.stringify(result));
  else show(result);
}

function readMinutes(): number {
  const minutes = Number(options.minutes);
  if (/^\d{1,4}$/.test(options.minutes) && minutes > 0 && minutes <= minutesMax) return minutes;
  throw new Refusal(`--minutes must be a whole number from 1 to ${minutesMax}. See --help.`);
}

function show({ trends, failures }: SoakResult): void {
  console.log("process      quantity            from        to  a minute");
  for (const { process: name, quantity, from, to, perMinute, isFlat } of trends) {
    const figures = [from, to].map((value) => value.toFixed(1).padStart(10)).join("");
    const slope = perMinute.toFixed(2).padStart(10);
    console.log(
      `${name.padEnd(13)}${quantity.padEnd(14)}${figures}${slope}${isFlat ? "" : "  GROWS"}`,
    );
  }
  for (const failure of failures) console.log(`UNANSWERED ${failure}`);
}
