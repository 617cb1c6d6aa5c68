/** Measures the product on this machine. See `usage`. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { Refusal } from "../platform/process/refusal.js";
import { measureDistribution } from "../tests/bench/eventStore/distribution.js";
import { measureFilter } from "../tests/bench/eventStore/filter.js";
import { measureEventStore } from "../tests/bench/eventStore/measure.js";
import { inFlight, measureGeneration, usersNeeded } from "../tests/bench/generation.js";
import { measureProjection } from "../tests/bench/projection.js";
import { type BenchProduct, startBenchProduct } from "../tests/bench/runningProduct.js";
import { measureWebhooks, type StripeSender, startStripeSender } from "../tests/bench/webhooks.js";
import { installMissing } from "./supervisor/systemPackages.js";

const parts = [
  "eventStore",
  "filter",
  "distribution",
  "generation",
  "webhooks",
  "projection",
] as const;
type Part = (typeof parts)[number];
/** The others need only an event store. */
const ofProduct: ReadonlySet<Part> = new Set(["generation", "webhooks", "projection"]);

const usage = `Measures the product on this machine; takes some minutes. Let nothing else run meanwhile.

  npm run bench -- [--only PART] [--json]

  --only PART   one of ${parts.join(", ")}
  --json        prints one JSON object instead

A generation is compared with FFmpeg alone on the same file, in the same run: FFmpeg's check of the
audio is the least that a generation can cost.
`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else report(await measure(chosenParts(options.only)));

function chosenParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return parts;
  const chosen = parts.filter((part) => part === only);
  if (chosen.length > 0) return chosen;
  throw new Refusal(`--only must be one of ${parts.join(", ")}. See --help.`);
}

type Results = Readonly<Record<string, object>>;

async function measure(chosen: readonly Part[]): Promise<Results> {
  const results: Record<string, object> = {};
  if (chosen.includes("eventStore")) {
    say("event store:");
    results["eventStore"] = await measureEventStore(say);
  }
  if (chosen.includes("filter")) {
    say("filtered reads of the event store:");
    results["filter"] = await measureFilter(say);
  }
  if (chosen.includes("distribution")) {
    say("sharing out a month:");
    results["distribution"] = await measureDistribution(say);
  }
  if (!chosen.some((part) => ofProduct.has(part))) return results;
  return { ...(await measureProduct(chosen)), ...results };
}

async function measureProduct(chosen: readonly Part[]): Promise<Results> {
  installMissing(["mariaDb", "redis", "ffmpeg"]);
  say("starting the product …");
  const sender = await startStripeSender();
  const people = chosen.includes("generation")
    ? { nodeCount: inFlight, userCount: usersNeeded }
    : { nodeCount: 0, userCount: 0 };
  const product = await startBenchProduct({ ...people, settings: sender.settings });
  try {
    return await measureParts(chosen, product, sender);
  } finally {
    await product.stop();
    sender.stop();
  }
}

async function measureParts(
  chosen: readonly Part[],
  product: BenchProduct,
  sender: StripeSender,
): Promise<Results> {
  const results: Record<string, object> = {};
  if (chosen.includes("generation")) {
    say("generations …");
    results["generation"] = await measureGeneration(product);
  }
  if (chosen.includes("webhooks")) {
    say("webhooks …");
    results["webhooks"] = await measureWebhooks(product, sender);
  }
  results["memoryMb"] = product.memoryMb();
  if (chosen.includes("projection")) {
    say("projections …");
    results["projection"] = await measureProjection(product);
  }
  return results;
}

/** People wait for nothing silently; programs read standard output. */
function say(step: string): void {
  console.error(step);
}

function report(results: Results): void {
  if (options.json) console.log(JSON.stringify(results));
  else show(results);
}

function show(results: Results): void {
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
