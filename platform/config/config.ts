import type { Environment } from "./environment.js";
import { nodeSettings } from "./nodeSettings.js";
import { type ProcessName, processSettings } from "./processSettings.js";
import { isProduction } from "./production.js";
import { distinctSecrets } from "./secrets.js";
import { serverSettings } from "./serverSettings.js";
import { isSet, namesOf, type Read, readSettings, type Settings } from "./settings.js";
import { unusedByServer } from "./unused.js";

/** The only file that reads process.env; everything else is handed what it needs. */

export type Config = Read<typeof serverSettings>;
export type NodeConfig = Read<typeof nodeSettings>;

/** Settings of the server's processes. @throws Refusal with one line per mistake, values never shown */
export const loadConfig = (environment: Environment = process.env): Config =>
  load(serverSettings, unusedByServer, environment);

/** Those of one of the server's processes. @throws Refusal as loadConfig */
export const loadConfigOf = <Name extends ProcessName>(
  name: Name,
  environment: Environment = process.env,
): ProcessConfig<Name> => load(processSettings[name], {}, environment);
export type ProcessConfig<Name extends ProcessName> = Read<(typeof processSettings)[Name]>;

/** The variables that it reads. */
export const variablesOf = (name: ProcessName): readonly string[] => namesOf(processSettings[name]);

/** Settings of a GPU node. @throws Refusal with one line per mistake, values never shown */
export const loadNodeConfig = (environment: Environment = process.env): NodeConfig =>
  load(nodeSettings, {}, environment);

/** @throws Refusal when APP_ENV is wrong */
export const isInProduction = (environment: Environment = process.env): boolean =>
  readSettings({ isProduction }, environment).isProduction;

/** The variables that loadConfig reads. */
export const serverVariables: readonly string[] = namesOf({ serverSettings, unusedByServer });
export const nodeVariables: readonly string[] = namesOf({ nodeSettings });

function load<All extends Settings>(
  used: All,
  unused: Settings,
  environment: Environment,
): Read<All> {
  const distinct = distinctSecrets(namesOf(used));
  return readSettings({ used, unused, distinct }, environment).used;
}

/** One line about what is set in vain, for whoever starts something; undefined when nothing is. */
export function unusedSettingsNotice(environment: Environment = process.env): string | undefined {
  const unused = namesOf({ unusedByServer });
  const names = unused.filter((name) => isSet(environment, name));
  return names.length === 0 ? undefined : `Set, but used by nothing yet: ${names.join(", ")}.`;
}

/** What any program needs of the environment, and nothing that is secret. */
const plainVariables = [
  ...["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR"],
  ...["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** For programs that look at strangers' files: they get none of the server's settings. */
export const bareEnvironment = (environment: Environment = process.env): Environment =>
  Object.fromEntries(plainVariables.map((name) => [name, environment[name]]));
