import { join } from "node:path";
import { bareEnvironment, nodeVariables, variablesOf } from "../../platform/config/config.js";
import type { Environment } from "../../platform/config/environment.js";
import type { ProcessName } from "../../platform/config/processSettings.js";
import { launcher } from "../../platform/process/launcher.js";
import { eventStoreTlsFolder, type Installation } from "./installation.js";
import { prepareMariaDb } from "./mariaDb.js";
import { prepareRedis } from "./redis.js";
import type { ProcessSpec } from "./runningProcess.js";

/** After a change of a read model the projector builds it anew before it is ready. */
const rebuildSeconds = 900;
/**
 * Megabytes for each half of the memory of new objects. Left to itself, Node takes 16 in the first
 * busy second and keeps them; measured on a projector's kind of work, 2 take no more time. With 2 the
 * API marks its whole heap three times as often, for what it holds of loops on their way (ADR 61), and
 * the workers spend an eighth more on each webhook of a burst.
 */
const youngMegabytes = (name: string): number => (name === "api" || name === "workers" ? 8 : 2);
/** glibc gives back what is free; else it keeps the most there ever was, for each thread apart. */
const frugalAllocator = { MALLOC_ARENA_MAX: "2", MALLOC_TRIM_THRESHOLD_: "131072" };
/** A node finishes the loop it is making before it goes. */
const jobSecondsMax = 125;

/** A process, and the names of those that have to be ready before it starts. */
export interface Row {
  readonly spec: ProcessSpec;
  readonly needs: readonly string[];
}

/** Everything that `npm start` runs; makes on disk what the databases need to start. */
export function processTable(installation: Installation): readonly Row[] {
  const { environment } = installation;
  const server = (name: ProcessName, file: string): ProcessSpec =>
    ourProcess(name, file, settingsOf(name, environment));
  const initDb = server("initDb", "scripts/initDb.ts");
  const projector = server("projector", "projections/main.ts");
  const needs = ["initDb", "redis"];
  return [
    ...ownServers(installation).map((spec) => ({ spec, needs: [] })),
    { spec: { ...initDb, readiness: "exit" }, needs: ["mariaDb", "eventStore"] },
    { spec: server("api", "api/main.ts"), needs },
    { spec: { ...projector, readySeconds: rebuildSeconds }, needs },
    { spec: server("workers", "workers/main.ts"), needs },
    { spec: server("scheduler", "workers/schedulerMain.ts"), needs },
    ...gpuNodes(installation).map((spec) => ({ spec, needs: ["api"] })),
  ];
}

/** A process gets the settings that it reads, and no secret of another. */
function settingsOf(name: ProcessName, environment: Environment): Environment {
  const own = variablesOf(name).map((variable) => [variable, environment[variable]] as const);
  // METRICS_PORT is the API's; the others take any free one and log it.
  const port = name === "api" ? {} : { METRICS_PORT: "0" };
  return { ...bareEnvironment(environment), ...Object.fromEntries(own), ...port };
}

/** A process of ours: says itself when it is ready, and ends when its supervisor is gone. */
function ourProcess(
  name: string,
  file: string,
  environment: Environment,
  args: readonly string[] = [],
): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: [`--max-semi-space-size=${youngMegabytes(name)}`, launcher, file, ...args],
    environment: { ...frugalAllocator, ...environment },
    readiness: "message",
  };
}

/** The databases and the mail catcher, as far as the operator has not named others. */
function ownServers({ dataDir, environment, own }: Installation): ProcessSpec[] {
  const plain = bareEnvironment(environment);
  const folder = (name: string): string => join(dataDir, name);
  const servers: (ProcessSpec | undefined)[] = [
    own.mariaDb &&
      prepareMariaDb({ ...own.mariaDb, folder: folder("mariadb"), durability: "durable" }),
    own.redis && prepareRedis({ ...own.redis, folder: folder("redis") }),
    own.eventStore &&
      ourProcess("eventStore", "eventstore/main.ts", plain, [
        ...["--port", String(own.eventStore.port)],
        ...["--data", folder("eventstore")],
        ...(own.eventStore.tls === undefined ? [] : ["--tls", eventStoreTlsFolder(dataDir)]),
      ]),
    own.mailCatcher &&
      ourProcess("mailCatcher", "scripts/mailCatcher.ts", plain, [
        ...["--port", String(own.mailCatcher.port)],
        ...["--folder", folder("mail")],
      ]),
  ];
  return servers.flatMap((server) => server ?? []);
}

/** The node of this machine knows no more of the server than one at the other end of the world. */
function gpuNodes({ config, dataDir, environment, own }: Installation): ProcessSpec[] {
  if (own.gpuNode === undefined) return [];
  const given = nodeVariables.map((name) => [name, environment[name]] as const);
  const settings = {
    ...bareEnvironment(environment),
    ...Object.fromEntries(given),
    OBSIDIAN_SERVER_URL:
      environment["OBSIDIAN_SERVER_URL"] ?? `http://localhost:${config.http.port}`,
    OBSIDIAN_SERVER_ORIGIN: environment["OBSIDIAN_SERVER_ORIGIN"] ?? config.appUrl,
    NODE_DATA_DIR: environment["NODE_DATA_DIR"] ?? join(dataDir, "gpu-node"),
    NODE_PORT: own.gpuNode.port,
    NODE_LOG_FORMAT: environment["NODE_LOG_FORMAT"] ?? "json",
  };
  const gpuNode = ourProcess("gpuNode", "gpu-node/main.ts", settings);
  return [{ ...gpuNode, graceSeconds: jobSecondsMax }];
}
