/** Measures the product on this machine. See `usage`. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { measureEventStore } from "../tests/bench/eventStore/measure.js";
import { inFlight, measureGeneration, usersNeeded } from "../tests/bench/generation.js";
import { measureProjection } from "../tests/bench/projection.js";
import { startBenchProduct } from "../tests/bench/runningProduct.js";
import { installMissing } from "./supervisor/systemPackages.js";

const usage = `Measures the product on this machine; takes about two minutes. Let nothing else run.

  npm run bench -- [--json]

A generation is compared with FFmpeg alone on the same file, in the same run: FFmpeg's check of the
audio is what a generation costs at the least.
`;

const { values: options } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

if (options.help) console.log(usage);
else await bench();

async function bench(): Promise<void> {
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  say("event store …");
  const eventStore = await measureEventStore();
  say("starting the product …");
  const product = await startBenchProduct({ nodeCount: inFlight, userCount: usersNeeded });
  try {
    say("generations …");
    const generation = await measureGeneration(product);
    const memoryMb = product.memoryMb();
    say("projections …");
    const projection = await measureProjection(product);
    const results = { generation, eventStore, projection, memoryMb };
    if (options.json) console.log(JSON.stringify(results));
    else show(results);
  } finally {
    await product.stop();
  }
}

/** People wait for nothing silently; programs read standard output. */
function say(step: string): void {
  console.error(step);
}

function show(results: Readonly<Record<string, object>>): void {
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  console.log(`${cpus().length} processors, ${gigabytes} GB, Node ${process.version}`);
  for (const [name, figures] of Object.entries(results)) {
    console.log(`\n${name}`);
    for (const [figure, value] of Object.entries(figures)) {
      console.log(`  ${figure.padEnd(24)}${rounded(value)}`);
    }
  }
}

function rounded(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, each]) => `${name} ${rounded(each)}`)
      .join(", ");
  }
  if (typeof value !== "number") return String(value);
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}
