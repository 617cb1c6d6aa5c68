import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { newId } from "../../platform/ids.js";
import { developerPrograms, programs } from "../../scripts/build/programs.mjs";
import { removeOldBuilds } from "../../scripts/build/removeOldBuilds.mjs";
import { isRunning, writePidFile } from "../../scripts/supervisor/processIdentity.js";
import { reservePort } from "../../scripts/supervisor/reservePort.js";
import { installStripped, installWithoutTsx } from "../support/installStripped.js";
import { openStubServer } from "../support/stubServer.js";
import { temporaryFolder } from "../support/temporaryFolder.js";
import { Terminal } from "../support/terminal.js";

const minutes = 60_000;
const environment = { PATH: process.env["PATH"], HOME: process.env["HOME"] };

function run(launcher: string, program: string, args: readonly string[] = [], env = {}): Terminal {
  const terminal = new Terminal(process.execPath, [launcher, program, ...args], {
    cwd: dirname(dirname(dirname(launcher))),
    env: { ...environment, ...env },
  });
  onTestFinished(() => void terminal.child.kill("SIGKILL"));
  return terminal;
}

/** A folder for all tests of a block; returns what starts a program there. */
function installed(install: (folder: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), "obsidian-installed-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return install(folder);
}

/** A process that says when it is ready, as to its supervisor. */
async function readyMessage(launcher: string, args: readonly string[], env = {}): Promise<unknown> {
  const child: ChildProcess = fork(launcher, args, {
    execArgv: [],
    env: { ...environment, ...env },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [message] = await once(child, "message");
  return message;
}

const servers = [
  "api/main.ts",
  "projections/main.ts",
  "workers/main.ts",
  "workers/schedulerMain.ts",
];
/** The three that others start: the product below needs them. */
const startedByOthers = [
  "eventstore/checking/checkProcess.ts",
  "gpu-node/synth/renderThread.ts",
  "platform/audio/ffmpegHostMain.ts",
  "platform/keys/estimatorThread.ts",
];
const onTheirOwn = [
  "gpu-node/main.ts",
  "scripts/mailCatcher.ts",
  "scripts/supervisor/guardMain.ts",
];
const others = [...servers, ...startedByOthers, ...onTheirOwn];
const tools = programs.filter((program) => !others.includes(program));

describe("without sources and tsx", { timeout: 3 * minutes }, () => {
  const launcher = installed(installStripped);

  it.each(tools)("%s shows its help", async (program) => {
    const terminal = run(launcher, program, ["--help"]);
    expect(await terminal.ended).toBe(0);
    expect(terminal.output).toMatch(/npm (run|start)/);
  });

  it.each(servers)("%s refuses to start without settings, and shows no stack", async (program) => {
    const terminal = run(launcher, program);
    expect(await terminal.ended).toBe(1);
    expect(terminal.lines[0]).toMatch(/^The settings are not right/);
    expect(terminal.lines.slice(1).every((line) => /^ {2}[A-Z_]+ /.test(line))).toBe(true);
  });

  it("gpu-node/main.ts registers", async () => {
    const { url } = await openStubServer();
    const settings = { OBSIDIAN_SERVER_URL: url, NODE_DATA_DIR: temporaryFolder(), NODE_PORT: "0" };
    const message = await readyMessage(launcher, ["gpu-node/main.ts"], settings);
    expect(message).toMatchObject({ type: "ready" });
  });

  it("gpu-node/main.ts refuses a port that is in use in one line", async () => {
    const busy = createServer();
    onTestFinished(() => void busy.close());
    const port = await reservePort();
    await new Promise<void>((resolve) => busy.listen(port, "127.0.0.1", resolve));
    const settings = { NODE_DATA_DIR: temporaryFolder(), NODE_PORT: String(port) };
    const terminal = run(launcher, "gpu-node/main.ts", [], settings);
    expect(await terminal.ended).toBe(1);
    expect(terminal.output).toBe(`Port ${port} on 127.0.0.1 is in use by another program.`);
  });

  it("scripts/mailCatcher.ts takes mails", async () => {
    const args = ["--port", String(await reservePort()), "--folder", temporaryFolder()];
    const message = await readyMessage(launcher, ["scripts/mailCatcher.ts", ...args]);
    expect(message).toEqual({ type: "ready" });
  });

  it("scripts/supervisor/guardMain.ts ends what was left, when a supervisor is killed", async () => {
    const folder = temporaryFolder();
    const pidFolder = join(folder, "pids");
    mkdirSync(pidFolder);
    const left = spawn(process.execPath, ["-e", "setInterval(() => undefined, 60_000)"]);
    onTestFinished(() => void left.kill("SIGKILL"));
    writePidFile(join(pidFolder, "left.pid"), left.pid ?? 0);
    const guard = run(launcher, "scripts/supervisor/guardMain.ts", [folder]);
    expect(await guard.ended).toBe(0);
    expect(isRunning(left.pid ?? 0)).toBe(false);
  });

  it("the whole product makes a loop, and its event store is checked", async () => {
    const dataDir = join(temporaryFolder(), "data");
    const port = String(await reservePort());
    const product = run(launcher, "scripts/start.ts", [
      "--demo",
      "--data",
      dataDir,
      "--port",
      port,
    ]);
    await product.line(/Stop with Ctrl-C/);
    const { url, apiKey } = JSON.parse(readFileSync(join(dataDir, "demo.json"), "utf8"));
    const answer = await fetch(`${url}/api/v1/generate`, {
      method: "POST",
      headers: { "x-api-key": apiKey, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "house", generation_duration: 1 }),
    });
    expect(answer.status).toBe(200);
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    product.child.kill("SIGINT");
    expect(await product.ended).toBe(0);

    const verify = run(launcher, "eventstore/main.ts", [
      "verify",
      "--data",
      join(dataDir, "eventstore"),
    ]);
    expect(await verify.ended).toBe(0);
  });

  it("a program that is none is refused in one line", async () => {
    const terminal = run(launcher, "api/mian.ts");
    expect(await terminal.ended).toBe(1);
    expect(terminal.lines).toHaveLength(1);
  });
});

describe("developers' programs without tsx", { timeout: 3 * minutes }, () => {
  const launcher = installed(installWithoutTsx);

  const helpers = developerPrograms.filter((program) => program.startsWith("tests/"));
  const withoutHelp = ["scripts/ci.ts", "scripts/test.ts"];
  const own = developerPrograms.filter((each) => ![...helpers, ...withoutHelp].includes(each));

  it.each(own)("%s shows its help", async (program) => {
    const terminal = run(launcher, program, ["--help"]);
    expect(await terminal.ended).toBe(0);
    expect(terminal.output).toMatch(/npm run/);
  });

  it("scripts/test.ts runs vitest", async () => {
    const terminal = run(launcher, "scripts/test.ts");
    expect(await terminal.ended).toBe(1);
    expect(terminal.output).toContain("No test files found");
  });

  it("scripts/ci.ts sums up", async () => {
    const terminal = run(launcher, "scripts/ci.ts");
    expect(await terminal.ended).toBe(1);
    expect(terminal.lines.at(-1)).toMatch(/^0 passed, \d failed$/);
  });

  it("the bench starts its helpers", async () => {
    const { url } = await openStubServer();
    for (const args of [
      ["tests/bench/eventStore/emptyServer.ts"],
      ["tests/bench/stripeSender.ts"],
      ["tests/bench/readyNodes.ts", url, "1"],
    ]) {
      expect(await readyMessage(launcher, args)).toBeDefined();
    }
  });
});

describe("the list of programs", () => {
  const known = [...programs, ...developerPrograms];

  it("names all of package.json", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const run = Object.values<string>(scripts).map((script) => script.split(" ").at(-1) ?? "");
    expect(run.filter((program) => !known.includes(program))).toEqual([]);
  });

  it("names all that our code starts", () => {
    const named = [
      "eventstore",
      "gpu-node",
      "platform",
      "scripts",
      "tests/bench",
      "tests/chaos/product",
    ].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((path) => path.endsWith(".ts"))
        .map((path) => readFileSync(join(folder, path), "utf8"))
        .flatMap((text) => [...text.matchAll(/"([\w/-]+\/[\w/-]+\.ts)"/g)])
        .map(([, program = ""]) => program),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((program) => !known.includes(program))).toEqual([]);
  });
});

describe("bundling", { timeout: 3 * minutes }, () => {
  it("forgets builds of days before, but not one that runs, nor its packages", () => {
    const parent = temporaryFolder();
    const days = (count: number) => new Date(Date.now() - count * 86_400_000);
    const make = (name: string, age: Date, packages?: string): void => {
      mkdirSync(join(parent, name));
      if (packages !== undefined) symlinkSync(`../${packages}`, join(parent, name, "packages"));
      utimesSync(join(parent, name), age, age);
    };
    const [running, older, today] = [newId(), newId(), newId()];
    for (const name of ["packages-of-older", "packages-in-use"]) make(name, days(3));
    make(older, days(2), "packages-of-older");
    make(running, days(2), "packages-in-use");
    make(today, days(0), "packages-in-use");
    run("-e", `setInterval(() => undefined, 60_000); "${running}";`);
    removeOldBuilds(parent);
    expect(readdirSync(parent).sort()).toEqual([running, today, "packages-in-use"].sort());
  });

  it("twice at the same time makes one whole folder", async () => {
    const target = ".build/unfinished-test";
    rmSync(target, { recursive: true, force: true });
    onTestFinished(() => rmSync(target, { recursive: true, force: true }));
    const bundle = () =>
      new Terminal(process.execPath, ["scripts/build/bundle.mjs", target, "eventstore/main.ts"])
        .ended;
    expect(await Promise.all([bundle(), bundle()])).toEqual([0, 0]);
    const left = readdirSync(".build").filter((name) => name.startsWith("unfinished-"));
    expect(left).toEqual(["unfinished-test"]);
    const help = new Terminal(process.execPath, [
      `${target}/run.mjs`,
      "eventstore/main.ts",
      "--help",
    ]);
    expect(await help.ended).toBe(0);
  });
});
