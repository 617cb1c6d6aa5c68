import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import {
  isInProduction,
  serverVariables,
  unusedSettingsNotice,
} from "../platform/config/config.js";
import { http } from "../platform/config/http.js";
import { readSettings } from "../platform/config/settings.js";
import { onStopSignal } from "../platform/process/lifecycle.js";
import { Refusal } from "../platform/process/refusal.js";
import type { Demo } from "./demo.js";
import { dataDirDefault, removeRunningInstance, writeRunningInstance } from "./runningInstance.js";
import { startScreen } from "./startScreen.js";
import { openPrivateFolder } from "./supervisor/dataFolder.js";
import { lockDataFolder } from "./supervisor/dataLock.js";
import { type Installation, planInstallation, withoutNode } from "./supervisor/installation.js";
import { projectRoot } from "./supervisor/projectRoot.js";
import { readSettingsFile } from "./supervisor/settingsFile.js";
import { startInstallation } from "./supervisor/startInstallation.js";
import { Supervisor } from "./supervisor/supervisor.js";

const usage = `Runs the whole server on this machine; installs what it needs first.

  npm start -- [--port N] [--data DIR] [--demo] [--no-node]

  --port N     public port (default: PORT, or 8000)
  --data DIR   where everything is kept (default .data)
  --demo       a demo user with an API key, the same at each start; never in production
  --no-node    no GPU node on this machine: others make the audio

Servers named by EVENTSTORE_URL, DATABASE_URL, REDIS_URL or SMTP_HOST are used; the others run
here, private to the data folder. Settings can also be put into .env; see .env.example.
`;
const exitCodeInterrupted = 130;

const { values: options } = parseArgs({
  options: {
    port: { type: "string" },
    data: { type: "string", default: dataDirDefault },
    demo: { type: "boolean", default: false },
    "no-node": { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await start(resolve(options.data));

async function start(dataDir: string): Promise<void> {
  const startedAt = performance.now();
  process.umask(0o077); // Whatever anybody writes from here on is private.
  const settings = readSettingsFile(join(projectRoot, ".env"));
  for (const [name, value] of Object.entries(settings)) process.env[name] ??= value;
  if (options.demo && isInProduction()) {
    throw new Refusal("--demo keeps a user's password in a file: never in production.");
  }
  openPrivateFolder(dataDir);
  const unlock = lockDataFolder(dataDir);
  const supervisor = new Supervisor(dataDir, console.log);
  const leave = async (): Promise<void> => {
    await supervisor.stop();
    removeRunningInstance(dataDir);
    unlock();
  };
  const isStopping = stopOnSignal(supervisor, leave);
  try {
    await supervisor.stopLeftovers();
    const planned = await planInstallation(dataDir, readPort(), process.env);
    const installation = options["no-node"] ? withoutNode(planned) : planned;
    const notice = unusedSettingsNotice(installation.environment);
    if (notice !== undefined) console.log(notice);
    await startInstallation(installation, supervisor);
    publish(installation);
    const demo = options.demo ? await showDemo(installation) : undefined;
    console.log(startScreen(installation, { seconds: secondsSince(startedAt), demo }));
  } catch (error) {
    if (isStopping()) return; // What was being started is stopped on purpose.
    console.error(error instanceof Refusal ? error.message : error);
    await leave();
    process.exitCode = 1;
  }
}

/** Only who wants a demo loads what it takes to write into the ledger. */
async function showDemo({ config, dataDir }: Installation): Promise<Demo> {
  const { keepDemo } = await import("./demo.js");
  return keepDemo(config, dataDir);
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

/** @throws Refusal when it is none */
function readPort(): number {
  const PORT = options.port ?? process.env["PORT"];
  return readSettings({ port: http.port }, { PORT }).port;
}

/** Ctrl-C stops everything in order; pressed again, at once. Returns whether it was pressed. */
function stopOnSignal(supervisor: Supervisor, leave: () => Promise<void>): () => boolean {
  let isStopping = false;
  let exitCode = 0;
  const stop = async (): Promise<void> => {
    isStopping = true;
    console.log("\nStopping; Ctrl-C again to stop at once.");
    await leave();
    process.exit(exitCode);
  };
  const insist = (): void => {
    exitCode = exitCodeInterrupted;
    supervisor.kill();
  };
  onStopSignal(() => void stop(), insist);
  return () => isStopping;
}

/** Lets command-line tools find this server: exactly the settings that loadConfig reads. */
function publish({ config, dataDir, environment }: Installation): void {
  const settings = serverVariables.flatMap((name): [string, string][] => {
    const value = environment[name];
    return value === undefined ? [] : [[name, value]];
  });
  writeRunningInstance(dataDir, {
    pid: process.pid,
    url: config.appUrl,
    environment: Object.fromEntries(settings),
  });
}
