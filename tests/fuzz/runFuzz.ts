import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { call } from "../support/account.js";
import { type Installed, startInstalled } from "../support/installed.js";
import { joinNode } from "../support/testNode.js";

export interface FuzzOptions {
  /** At least so many requests are sent, in as many rounds as that takes. */
  readonly requests: number;
  /** Of each operation and round, at most. */
  readonly examples: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** How often each operation answered with each status. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface FuzzResult {
  readonly requests: number;
  readonly counts: Counts;
  /** What the fuzzer says of all that it found; empty when it found nothing. */
  readonly report: string;
}

const roundsMax = 200;
/** Calls to end an account or a session need one each; the rest of them are refused. */
const spareCallers = 4;

/** Checks that our own in hooks.py replace, or that hold for no API that ignores unknown fields. */
const checksLeftOut = [
  "ignored_auth",
  "missing_required_header",
  "negative_data_rejection",
  "not_a_server_error",
  "positive_data_acceptance",
];

/** Asks everything that the OpenAPI document names, in many wrong ways, of a product of its own. */
export async function runFuzz(program: string, options: FuzzOptions): Promise<FuzzResult> {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-fuzz-"));
  const installed = await startInstalled({
    GITHUB_WEBHOOK_SECRET: "a secret of the fuzzer for GitHub",
  });
  try {
    return await runRounds(program, options, { installed, folder });
  } finally {
    await installed.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Place {
  readonly installed: Installed;
  readonly folder: string;
}

async function runRounds(
  program: string,
  { requests: wanted, examples, seed, say }: FuzzOptions,
  { installed, folder }: Place,
): Promise<FuzzResult> {
  const counts = new Map<string, Map<string, number>>();
  let requests = 0;
  for (let round = 0; round < roundsMax && requests < wanted; round += 1) {
    const file = join(folder, `counts-${round}.json`);
    const callers = JSON.stringify(await makeCallers(installed));
    const args = argsOf(installed, { seed: seed + round, examples });
    const environment = { FUZZ_CALLERS: callers, FUZZ_COUNTS: file };
    const { code, output } = await runTool(program, args, { folder, environment });
    requests += addCounts(counts, file);
    say(`round ${round + 1}: ${requests} requests, ${code === 0 ? "nothing found" : "findings"}`);
    if (code !== 0) return { requests, counts, report: output };
  }
  return { requests, counts, report: "" };
}

async function makeCallers(installed: Installed) {
  const person = async () => {
    const { email, password, apiKey } = await installed.makePerson();
    const { data } = await call(installed, "POST", "/auth/login", { body: { email, password } });
    return { apiKey, token: bearer(data["access_token"]) };
  };
  const { apiKey, token } = await person();
  const spare = [];
  while (spare.length < spareCallers) spare.push((await person()).token);
  const node = await joinNode(installed);
  return {
    nobody: {},
    apiKey: { "X-API-Key": apiKey },
    token,
    nodeToken: bearer(node.token),
    spare,
  };
}

const bearer = (token: unknown) => ({ Authorization: `Bearer ${token}` });

function argsOf(
  { url }: Installed,
  { seed, examples }: { readonly seed: number; readonly examples: number },
): readonly string[] {
  return [
    ...["--no-color", "run", `${url}/api/v1/openapi.json`, "--url", url],
    ...["--checks", "all", "--exclude-checks", checksLeftOut.join()],
    ...["--phases", "examples,coverage,fuzzing", "--max-examples", String(examples)],
    ...["--seed", String(seed), "--generation-database", "none", "--suppress-health-check", "all"],
    ...["--request-timeout", "30", "--continue-on-failure", "--no-shrink", "--warnings", "off"],
  ];
}

interface RunIn {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

function runTool(program: string, args: readonly string[], { folder, environment }: RunIn) {
  return new Promise<{ code: number | null; output: string }>((done, fail) => {
    const child = spawn(program, args, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        ...environment,
        SCHEMATHESIS_HOOKS: resolve("tests/fuzz/hooks.py"),
        PYTHONDONTWRITEBYTECODE: "1",
      },
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    }
    child.once("error", fail);
    child.once("close", (code) => done({ code, output: Buffer.concat(chunks).toString() }));
  });
}

const countsSchema = z.record(z.string(), z.record(z.string(), z.int()));

function addCounts(counts: Map<string, Map<string, number>>, file: string): number {
  let added = 0;
  const read = countsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  for (const [operation, statuses] of Object.entries(read)) {
    const known = counts.get(operation) ?? new Map<string, number>();
    for (const [status, count] of Object.entries(statuses)) {
      known.set(status, (known.get(status) ?? 0) + count);
      added += count;
    }
    counts.set(operation, known);
  }
  return added;
}
