import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { areUsersKnown } from "../../eventstore/access/ownPeers.js";
import { openTlsAccess, type TlsAccess, tlsUrl } from "../../eventstore/access/tlsAccess.js";
import { type Config, isInProduction, loadConfig } from "../../platform/config/config.js";
import type { Environment } from "../../platform/config/environment.js";
import { mariaDbUrl } from "./mariaDb.js";
import { redisUrl } from "./redis.js";
import { reservePort } from "./reservePort.js";
import { loadSecrets, type Secrets } from "./secrets.js";

/** One server on one data folder: everything that is settled before anything is started. */
export interface Installation {
  readonly dataDir: string;
  readonly own: OwnServices;
  /** Settings of the server's processes, as text and as read. */
  readonly environment: Environment;
  readonly config: Config;
}

/** The services that this machine runs itself; the operator has named the others. */
export interface OwnServices {
  readonly mariaDb: { readonly port: number; readonly password: string } | undefined;
  readonly redis: { readonly port: number; readonly password: string } | undefined;
  readonly eventStore: OwnEventStore | undefined;
  readonly mailCatcher: { readonly port: number } | undefined;
  /** The port of its /health and /status. */
  readonly gpuNode: { readonly port: string } | undefined;
}

/** With TLS and a login where the system does not say which user opens a connection. */
export interface OwnEventStore {
  readonly port: number;
  readonly tls: TlsAccess | undefined;
}

/** In production a forgotten setting must stop the start, not quietly become something private. */
const noServices: OwnServices = {
  mariaDb: undefined,
  redis: undefined,
  eventStore: undefined,
  mailCatcher: undefined,
  gpuNode: undefined,
};

/** `given` is what the operator set. @throws Refusal when a setting, or a secret, is not right */
export async function planInstallation(
  dataDir: string,
  publicPort: number,
  given: Environment,
): Promise<Installation> {
  const named = Object.entries(given).filter(([, value]) => Boolean(value));
  const chosen = {
    METRICS_PORT: String(await reservePort()),
    ...Object.fromEntries(named),
    PORT: String(publicPort),
  };
  if (isInProduction(given)) {
    return { dataDir, own: noServices, environment: chosen, config: loadConfig(chosen) };
  }
  const secrets = loadSecrets(dataDir);
  const own = await chooseOwnServices(dataDir, chosen, secrets);
  const environment = { ...(await makeSettings(dataDir, publicPort, secrets, own)), ...chosen };
  return { dataDir, own, environment, config: loadConfig(environment) };
}

async function chooseOwnServices(
  dataDir: string,
  chosen: Environment,
  secrets: Secrets,
): Promise<OwnServices> {
  const { databasePassword, redisPassword } = secrets;
  const unlessNamed = async (...names: string[]): Promise<{ port: number } | undefined> =>
    names.some((name) => name in chosen) ? undefined : { port: await reservePort() };
  const mariaDb = await unlessNamed("DATABASE_URL", "DB_HOST");
  const redis = await unlessNamed("REDIS_URL");
  const eventStore = await unlessNamed("EVENTSTORE_URL");
  return {
    mariaDb: mariaDb && { ...mariaDb, password: databasePassword },
    redis: redis && { ...redis, password: redisPassword },
    eventStore: eventStore && { ...eventStore, tls: await tlsIfNeeded(dataDir) },
    mailCatcher: await unlessNamed("SMTP_HOST"),
    gpuNode: { port: chosen["NODE_PORT"] ?? String(await reservePort()) },
  };
}

/** For a machine that only serves; its nodes are elsewhere. */
export const withoutNode = (planned: Installation): Installation => ({
  ...planned,
  own: { ...planned.own, gpuNode: undefined },
});

export const eventStoreTlsFolder = (dataDir: string): string => join(dataDir, "eventstore-tls");

const tlsIfNeeded = async (dataDir: string): Promise<TlsAccess | undefined> =>
  (await areUsersKnown()) ? undefined : openTlsAccess(eventStoreTlsFolder(dataDir));

const eventStoreUrl = ({ port, tls }: OwnEventStore): string =>
  tls === undefined ? `esdb://127.0.0.1:${port}?tls=false` : tlsUrl(port, tls);

async function makeSettings(
  dataDir: string,
  publicPort: number,
  secrets: Secrets,
  own: OwnServices,
): Promise<Environment> {
  const mail = own.mailCatcher && {
    SMTP_HOST: "127.0.0.1",
    SMTP_PORT: String(own.mailCatcher.port),
    SMTP_ENCRYPTION: "none",
  };
  return {
    APP_SECRET: secrets.appSecret,
    JWT_SECRET: secrets.jwtSecret,
    APP_URL: `http://localhost:${publicPort}`,
    EVENTSTORE_URL: own.eventStore && eventStoreUrl(own.eventStore),
    DATABASE_URL: own.mariaDb && mariaDbUrl(own.mariaDb),
    REDIS_URL: own.redis && redisUrl(own.redis),
    BLOB_URL: pathToFileURL(join(dataDir, "blobs")).href,
    // Beside the folder: it has to outlive it.
    ERASURES_FILE: `${dataDir}.erasures`,
    CERTIFICATE_KEY_FILE: join(dataDir, "keys", "certificate.pem"),
    CHECKPOINT_KEY_FILE: join(dataDir, "keys", "checkpoint.pem"),
    SMTP_FROM_EMAIL: "obsidian@localhost.localdomain",
    ...mail,
  };
}
