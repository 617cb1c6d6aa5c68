/** Measures the product on this machine. See `usage`. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { Refusal } from "../platform/refusal.js";
import { measureEventStore } from "../tests/bench/eventStore/measure.js";
import { inFlight, measureGeneration, usersNeeded } from "../tests/bench/generation.js";
import { measureProjection } from "../tests/bench/projection.js";
import { startBenchProduct } from "../tests/bench/runningProduct.js";
import { installMissing } from "./supervisor/systemPackages.js";

const usage = `Measures the product on this machine; takes some minutes. Let nothing else run.

  npm run bench -- [--only eventStore] [--json]

  --only eventStore   the event store alone
  --json              prints one object

A generation is compared with FFmpeg alone on the same file, in the same run: FFmpeg's check of the
audio is what a generation costs at the least.
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else if (options.only === "eventStore") report({ eventStore: await benchEventStore() });
else if (options.only !== undefined) throw new Refusal("--only knows eventStore. See --help.");
else await bench();

function benchEventStore() {
  say("event store:");
  return measureEventStore(say);
}

async function bench(): Promise<void> {
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  const eventStore = await benchEventStore();
  say("starting the product …");
  const product = await startBenchProduct({ nodeCount: inFlight, userCount: usersNeeded });
  try {
    say("generations …");
    const generation = await measureGeneration(product);
    const memoryMb = product.memoryMb();
    say("projections …");
    const projection = await measureProjection(product);
    const results = { generation, eventStore, projection, memoryMb };
    report(results);
  } finally {
    await product.stop();
  }
}

/** People wait for nothing silently; programs read standard output. */
function say(step: string): void {
  console.error(step);
}

function report(results: Readonly<Record<string, object>>): void {
  if (options.json) console.log(JSON.stringify(results));
  else show(results);
}

function show(results: Readonly<Record<string, object>>): void {
  const gigabytes = Math.round(totalmem() / 1024 ** 3);
  console.log(`${cpus().length} processors, ${gigabytes} GB, Node ${process.version}`);
  for (const [name, figures] of Object.entries(results)) {
    console.log(`\n${name}`);
    for (const [figure, value] of Object.entries(figures)) {
      const lines = Array.isArray(value) ? value : [value];
      for (const line of lines) console.log(`  ${figure.padEnd(28)}${rounded(line)}`);
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
