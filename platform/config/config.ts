import type { Environment } from "./environment.js";
import { readNodeConfig } from "./nodeConfig.js";
import { readServerConfig } from "./serverConfig.js";

/** The only file that reads process.env; everything else is handed what it needs. */

/** Settings of the server's processes. @throws Refusal with one line per mistake, values never shown */
export const loadConfig = (environment: Environment = process.env) => readServerConfig(environment);
export type Config = ReturnType<typeof loadConfig>;

/** Settings of a GPU node. @throws Refusal with one line per mistake, values never shown */
export const loadNodeConfig = (environment: Environment = process.env) =>
  readNodeConfig(environment);
export type NodeConfig = ReturnType<typeof loadNodeConfig>;

/** What any program needs of the environment, and nothing that is secret. */
const plainVariables = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "NODE_OPTIONS"];

/** For programs that look at strangers' files: they get none of the server's settings. */
export const bareEnvironment = (environment: Environment = process.env): Environment =>
  Object.fromEntries(plainVariables.map((name) => [name, environment[name]]));
