import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findRunningInstance } from "../../scripts/runningInstance.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { readWav } from "../support/audio/wholeWav.js";
import { documentedCommands } from "../support/documentedCommands.js";
import { type Product, startProduct } from "../support/product.js";
import { Terminal } from "../support/terminal.js";

const minutes = 60_000;
const serveStore = "npm run eventstore -- --data DIR --port N";
const runNode =
  "OBSIDIAN_SERVER_URL=https://obsidian.example node scripts/bootstrap.mjs gpu-node/main.ts";

const needsDocker = "needs Docker; deploy.test.ts checks what it starts";
const ownProduct = "is how the product of this test is started";
const runsTests = "would run this very test again";
/** Commands that this test does not run, and why. */
const notRun: Readonly<Record<string, string>> = {
  "npm start -- --demo": ownProduct,
  "npm start -- --port N": ownProduct,
  "npm start -- --no-node": "start.test.ts starts it",
  "HOST=0.0.0.0 APP_URL=http://192.168.1.20:8000 npm start -- --no-node":
    "would listen on every address of this machine; start.test.ts starts one without a node",
  "npm test -- tests/domain": runsTests,
  'npx --yes --package=node@24 -c "npm test"': runsTests,
  ".ci/run": runsTests,
  "ENROLMENT_TOKEN=obsidian_enrol_… OBSIDIAN_SERVER_URL=https://obsidian.example node scripts/bootstrap.mjs gpu-node/main.ts":
    "api/enrolment.test.ts registers with a token",
  "node scripts/bootstrap.mjs gpu-node/main.ts claim --operator ID --nonce NONCE":
    "api/claims.test.ts sends what gpu-node/claim.test.ts signs",
  "npm ci": "would delete the packages that this test runs with",
  "docker run --init -e OBSIDIAN_SERVER_URL=https://obsidian.example -e ENROLMENT_TOKEN=obsidian_enrol_… -v obsidian-node:/var/lib/obsidian-node obsidian-gpu-node":
    needsDocker,
  "docker run --rm -e OBSIDIAN_SERVER_URL=https://obsidian.example -v obsidian-node:/var/lib/obsidian-node obsidian-gpu-node gpu-node/main.ts claim --operator ID --nonce NONCE":
    needsDocker,
  "docker compose -f deploy/compose.yaml up": needsDocker,
  "docker compose -f deploy/compose.yaml up --build --detach --wait": needsDocker,
  "docker compose -f deploy/compose.yaml logs -f api": needsDocker,
  "docker compose -f deploy/compose.yaml down": needsDocker,
  "npm run backup -- FILE": "e2e/backup.test.ts writes one and restores it",
  "npm run restore -- FILE": "e2e/backup.test.ts writes one and restores it",
  "npm run reconcile -- --provider github": "asks GitHub; reconcileGithub.test.ts has a stand-in",
};
/** Commands that run until they are stopped, and the line by which they say that they work. */
const servers: Readonly<Record<string, RegExp>> = {
  [serveStore]: /ready at esdb:/,
  [runNode]: /Registered/,
};

const found = documentedCommands();
const all = [...new Set(found.map(({ command }) => command))];
/** What may be run wherever it is shown; any other command must be listed here, in either list. */
const harmless = [
  /^npm start$/,
  /^npm test$/,
  /^npm run /,
  /^curl /,
  /^openssl /,
  /^\(umask 077; /,
];
const isHarmless = (command: string): boolean =>
  command in servers || harmless.some((form) => form.test(command));
const toRun = all.filter((command) => !(command in notRun) && isHarmless(command));
/** A command without arguments is only named, so it explains itself. */
const isNamed = (command: string): boolean => /^npm (start|test|run \S+)$/.test(command);

describe("every command in README, the docs and .env.example", { timeout: 2 * minutes }, () => {
  let product: Product;
  let environment: NodeJS.ProcessEnv;
  let examples: readonly (readonly [string, string])[];
  const folder = mkdtempSync(join(tmpdir(), "obsidian-documented-"));
  /** What each command printed. */
  const outputs = new Map<string, string>();
  const inFolder = (name: string): string => join(folder, name);

  beforeAll(async () => {
    product = await startProduct();
    const { VITEST: _, ...inherited } = process.env;
    environment = {
      ...inherited,
      ...findRunningInstance(product.dataDir)?.environment,
      NODE_DATA_DIR: inFolder("gpu-node"),
      NODE_PORT: String(await reservePort()),
    };
    mkdirSync(inFolder("deploy"));
    writeFileSync(inFolder("statement.pdf"), "what a statement says");
    const store = join(product.dataDir, "eventstore");
    examples = [
      ["http://localhost:8000", product.url],
      ["https://obsidian.example", product.url],
      ["obsidian_live_…", product.apiKey],
      ["loop.wav", inFolder("loop.wav")],
      ["statement.pdf", inFolder("statement.pdf")],
      ["deploy/.env", inFolder("deploy/.env")],
      ["--from F --data DIR", `--from ${inFolder("backup")} --data ${inFolder("restored")}`],
      ["--data DIR --port N", `--data ${inFolder("served")} --port 0`],
      ["--data DIR --to F", `--data ${store} --to ${inFolder("backup")}`],
      ["--data DIR", `--data ${store}`],
    ];
  }, 3 * minutes);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    expect(await product.stop()).toBe(0);
  }, minutes);

  /** The command with our folders, address and key in place of the example's. */
  const filledIn = (command: string): string =>
    examples.reduce((text, [example, ours]) => text.replaceAll(example, ours), command);

  const shell = (command: string): Terminal =>
    new Terminal("sh", ["-e", "-c", command], { env: environment, detached: true });

  async function run(command: string): Promise<string> {
    const terminal = shell(filledIn(command));
    expect(await terminal.ended, terminal.output).toBe(0);
    return terminal.output;
  }

  /** Stops what was started with all that it started: the group of the shell. */
  async function runUntil(command: string, ready: RegExp): Promise<void> {
    const terminal = shell(filledIn(command));
    await terminal.line(ready);
    process.kill(-(terminal.child.pid ?? 0), "SIGTERM");
    await terminal.ended;
  }

  it.each(toRun.filter(isNamed))(
    "%s explains itself, with the options named there",
    async (name) => {
      const help = await run(`${name} -- --help`);
      if (name.startsWith("npm run ")) expect(help).toContain(`  ${name}`);
      const options = found.filter(({ command }) => command === name).map((each) => each.options);
      for (const option of options.flat()) expect(`${help} --help`).toContain(option);
    },
  );

  it.each(toRun.filter((command) => !isNamed(command)))("%s works", async (command) => {
    const ready = servers[command];
    if (ready === undefined) outputs.set(command, await run(command));
    else await runUntil(command, ready);
  });

  it("README's loop is a WAV, and its headers are those that curl shows", () => {
    const readme = readFileSync("README.md", "utf8");
    const [, command = "", shown = ""] = /^\$ (curl (?:.*\\\n)*.*)\n([^`]+)/m.exec(readme) ?? [];
    const output = outputs.get(command) ?? "";
    expect(readWav(readFileSync(inFolder("loop.wav"))).ok).toBe(true);
    const names = (text: string): string[] =>
      text
        .trim()
        .split("\n")
        .map((line) => line.replace(/:.*/s, ""));
    expect(names(shown).length).toBeGreaterThan(10);
    expect(names(output)).toEqual(expect.arrayContaining(names(shown)));
    expect(output).toContain("x-key: F Aeolian");
  });

  it("the secrets of deploy/README.md are made, for their owner only", () => {
    const lines = readFileSync(inFolder("deploy/.env"), "utf8").trim().split("\n");
    expect(lines.map((line) => line.replace(/=[0-9a-f]{64}$/, ""))).toEqual([
      "APP_SECRET",
      "JWT_SECRET",
      "DB_PASS",
      "REDIS_PASS",
      "EVENTSTORE_PASS",
      "EVENTSTORE_OPS_PASS",
    ]);
    expect(statSync(inFolder("deploy/.env")).mode & 0o777).toBe(0o600);
  });

  it("the line that npm start prints makes a loop", async () => {
    const { lines } = product.terminal;
    const from = lines.findIndex((line) => line.trim().startsWith("curl "));
    const command = lines.slice(from, from + 2).join("\n");
    await run(command.replace("demo.wav", inFolder("demo.wav")));
    expect(readWav(readFileSync(inFolder("demo.wav"))).ok).toBe(true);
  });

  it("is run or listed, and no exception outlives its command", () => {
    expect(toRun.length).toBeGreaterThan(25);
    expect(all.filter((command) => !(command in notRun) && !isHarmless(command))).toEqual([]);
    const excused = [...Object.keys(notRun), ...Object.keys(servers)];
    expect(excused.filter((command) => !all.includes(command))).toEqual([]);
  });
});
