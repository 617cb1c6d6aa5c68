import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import {
  loadConfigOf,
  loadNodeConfig,
  nodeVariables,
  serverVariables,
  variablesOf,
} from "../../platform/config/config.js";
import type { Environment } from "../../platform/config/environment.js";
import { dockerImage } from "../support/dockerImage.js";
import { Terminal } from "../support/terminal.js";

const serviceSchema = z.object({
  build: z.object({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  depends_on: z.record(z.string(), z.unknown()).default({}),
  networks: z.array(z.string()),
  volumes: z.array(z.string()).default([]),
});
const { services, networks, volumes } = z
  .object({
    services: z.record(z.string(), serviceSchema),
    networks: z.record(z.string(), z.unknown()),
    volumes: z.record(z.string(), z.unknown()),
  })
  .parse(parse(readFileSync("deploy/compose.yaml", "utf8"), { merge: true }));

const service = (name: string) => serviceSchema.parse(services[name]);

/** What deploy/README.md tells to make. */
const secrets: Readonly<Record<string, string>> = {
  APP_SECRET: "a".repeat(64),
  JWT_SECRET: "b".repeat(64),
  DB_PASS: "c".repeat(64),
  REDIS_PASS: "d".repeat(64),
  EVENTSTORE_PASS: "e".repeat(64),
  EVENTSTORE_OPS_PASS: "f".repeat(64),
};

/** What compose.yaml decides itself, each with the reason; it passes all the rest from deploy/.env. */
const fixedForServers = {
  NODE_ENV: "the image sets it; APP_ENV wins",
  HOST: "all addresses of the container, since its port is published by Docker",
  PORT: "the port that is published and that gpu-node calls",
  METRICS_PORT: "the port that the health checks ask",
  DATABASE_URL: "made of the parts, with DB_PASS from deploy/.env",
  DB_HOST: "the container mysql",
  DB_PORT: "the port of that container",
  DB_NAME: "the database that it and mysqlDatabases.sql make",
  DB_USER: "the user that it makes",
  REDIS_URL: "the container redis, with REDIS_PASS from deploy/.env",
  BLOB_URL: "in the volume that all servers share",
  ERASURES_FILE: "in a volume of its own",
  CERTIFICATE_KEY_FILE: "in that volume too",
} satisfies Environment;
const fixedForNode = {
  OBSIDIAN_SERVER_URL: "the container api",
  CENTRAL_SERVER_URL: "the former name of that",
  OBSIDIAN_SERVER_INSECURE: "that container is on the same machine",
  OBSIDIAN_SERVER_ORIGIN: "APP_URL, by which the server checks it",
  NODE_DATA_DIR: "in the node's volume; its image says where",
  NODE_HOST: "inside the container only",
  NODE_PORT: "the port that the health check of its image asks",
} satisfies Environment;

/** Settings that are silent in deploy/.env. */
const notPassed = (name: string, settings: readonly string[]): string[] =>
  settings
    .filter((each) => !String(service(name).environment[each]).startsWith(`\${${each}:`))
    .toSorted();

/** Fills in `${NAME}`, `${NAME:-default}` and `${NAME:?message}` as Compose does. */
function interpolated(environment: Record<string, string | number>): Record<string, string> {
  // The innermost first: a default may hold another.
  const fill = (value: string | number): string => {
    const filled = String(value).replaceAll(
      /\$\{(\w+)(?::([-?])([^{}]*))?\}/g,
      (_, name: string, kind: string | undefined, text: string) =>
        secrets[name] ?? (kind === "-" ? text : ""),
    );
    return filled === value ? filled : fill(filled);
  };
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, fill(value)]),
  );
}

function inImage(cwd: string, args: readonly string[], settings: Environment = {}): Terminal {
  const env = { PATH: process.env["PATH"], NODE_ENV: "production", ...settings };
  const terminal = new Terminal(process.execPath, args, { cwd, env });
  onTestFinished(() => void terminal.child.kill("SIGKILL"));
  return terminal;
}

/** Packages are left out: some bring their own. */
const holdsSources = (folder: string): boolean =>
  readdirSync(folder)
    .filter((name) => name !== "node_modules")
    .flatMap((name) => readdirSync(join(folder, name), { recursive: true, encoding: "utf8" }))
    .some((path) => path.endsWith(".ts"));

/** The image is made by root, and run by another user. */
const closedToOthers = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (path) => (statSync(join(folder, path)).mode & 0o004) === 0,
  );

describe("deploy/compose.yaml", () => {
  const processes = {
    "init-db": "initDb",
    api: "api",
    projector: "projector",
    workers: "workers",
    scheduler: "scheduler",
  } as const;
  const servers = Object.keys(processes);

  it.each(Object.entries(processes))(
    "gives %s settings that it accepts and reads, with nothing but secrets set",
    (name, process) => {
      const { environment } = service(name);
      const config = loadConfigOf(process, interpolated(environment));
      expect(config.databaseUrl).toContain("@mysql:3306/obsidian");
      expect(config.eventStoreUrl).toMatch(/^esdb:\/\/admin:e+@eventstore:2113\?tlsCAFile=/);
      const own = variablesOf(process);
      expect(Object.keys(environment).filter((variable) => !own.includes(variable))).toEqual([]);
    },
  );

  it.each(Object.entries(processes))(
    "passes every setting of %s, but for those it fixes",
    (name, process) => {
      const fixed = Object.keys(fixedForServers).filter((each) =>
        variablesOf(process).includes(each),
      );
      expect(notPassed(name, variablesOf(process))).toEqual(fixed.sort());
    },
  );

  it("passes every setting of the server to one process at least", () => {
    const read = Object.values(processes).flatMap(variablesOf);
    const ofCommands = [
      "GITHUB_GRAPHQL_URL",
      "PAYOUT_APPROVERS",
      ...["STRIPE", "PAYPAL", "SEPA", "MANUAL"].map((method) => `PAYOUT_MINIMUM_${method}`),
      ...["STRIPE_REMEMBERS_HOURS", "PAYPAL_REMEMBERS_HOURS"],
      ...["SEPA_DEBTOR_NAME", "SEPA_DEBTOR_IBAN", "SEPA_DEBTOR_BIC"],
    ];
    expect(serverVariables.filter((name) => !read.includes(name))).toEqual(ofCommands);
  });

  it("passes every setting of a node to gpu-node, but for those it fixes", () => {
    expect(notPassed("gpu-node", nodeVariables)).toEqual(Object.keys(fixedForNode).sort());
  });

  it("lets no server start without its secrets", () => {
    const environments = [...servers, "eventstore"].map((name) => service(name).environment);
    for (const name of Object.keys(secrets)) {
      expect(JSON.stringify(environments)).toContain(`\${${name}:?`);
    }
  });

  it("gives the node settings that it accepts, and none of the server's", () => {
    const { environment } = service("gpu-node");
    expect(loadNodeConfig(interpolated(environment)).serverUrl).toBe("http://api:8000");
    const known = nodeVariables;
    expect(Object.keys(environment).filter((variable) => !known.includes(variable))).toEqual([]);
  });

  it("runs files that exist and that the image holds", () => {
    for (const name of [...servers, "gpu-node"]) {
      const { build, command = "gpu-node/main.ts" } = service(name);
      const file = [command].flat().join(" ");
      const dockerfile = readFileSync(build?.dockerfile ?? "", "utf8");
      expect(readFileSync(file, "utf8").length).toBeGreaterThan(0);
      expect(dockerfile).toContain(`COPY ${file.split("/")[0]} `);
    }
  });

  it("starts each server in its image, which says in lines what is missing", async () => {
    const { folder, args } = dockerImage("deploy/Dockerfile");
    const [launcher = ""] = args;
    for (const name of servers) {
      const { build, command = [] } = service(name);
      expect(build?.dockerfile).toBe("deploy/Dockerfile");
      const terminal = inImage(folder, [launcher, ...[command].flat()]);
      expect(await terminal.ended).toBe(1);
      expect(terminal.lines[0]).toMatch(/^The settings are not right/);
      expect(terminal.output).not.toMatch(/^ {4}at /m);
    }
    expect(holdsSources(folder)).toBe(false);
    expect(closedToOthers(join(folder, ".build"))).toEqual([]);
  });

  it("starts the node in its image, which refuses a wrong address in one line", async () => {
    const { folder, args } = dockerImage("deploy/gpu-node.Dockerfile");
    const terminal = inImage(folder, args, { OBSIDIAN_SERVER_URL: "nowhere" });
    expect(await terminal.ended).toBe(1);
    expect(terminal.lines).toHaveLength(1);
    expect(terminal.lines[0]).toMatch(
      /^The settings are not right .*; OBSIDIAN_SERVER_URL must be /,
    );
    expect(holdsSources(folder)).toBe(false);
  });

  it.each(Object.entries(services))("%s names only what the file has", (_, each) => {
    const mounted = each.volumes.map((mount) => mount.split(":")[0] ?? "");
    const missing = [
      ...Object.keys(each.depends_on).filter((name) => !(name in services)),
      ...each.networks.filter((name) => !(name in networks)),
      ...mounted.filter((name) => !name.startsWith(".") && !(name in volumes)),
    ];
    expect(missing).toEqual([]);
  });
});
