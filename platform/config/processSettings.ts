import { application } from "./application.js";
import { metrics } from "./http.js";
import { githubSetUp, payments } from "./payments.js";
import { serverSettings } from "./serverSettings.js";
import type { Settings } from "./settings.js";
import { stores } from "./stores.js";
import { unusedByServer } from "./unused.js";

const { appSecret, appUrl, logLevel } = application;
const { eventStoreUrl, databaseUrl, redisUrl, blobUrl, erasuresFile } = stores;
const background = { logLevel, metrics, eventStoreUrl, databaseUrl, redisUrl };

/** The token that only `npm run reconcile` needs stays with it. */
const { github: _, ...providers } = payments;
const {
  alerts,
  mail,
  publicLog,
  sharing,
  discordWebhookUrl,
  erasuresFile: _ofWorkers,
  payouts: _ofCommands,
  ...ofApi
} = serverSettings;

/**
 * What each process of the server reads: no secret lies in the memory and the environment of one that
 * has no use for it. Commands read all of `serverSettings`.
 */
export const processSettings = {
  api: { ...ofApi, payments: providers },
  projector: background,
  workers: {
    ...background,
    appSecret,
    appUrl,
    erasuresFile,
    mail,
    payments: providers,
    discordWebhookUrl,
  },
  scheduler: { ...background, alerts, appSecret, blobUrl, mail, publicLog, sharing },
  /** The first to start, so it also looks at what nothing uses yet, and at what only commands use. */
  initDb: { appSecret, eventStoreUrl, databaseUrl, githubSetUp, unused: unusedByServer },
} satisfies Record<string, Settings>;

export type ProcessName = keyof typeof processSettings;
