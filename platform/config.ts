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
