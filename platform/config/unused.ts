import { anything, wholeNumber } from "./environment.js";
import { keyFile } from "./keys.js";
import { setting } from "./settings.js";

/**
 * Settings that are described and checked, and that nothing uses yet. Whoever builds what needs one
 * moves it to its subject.
 */

const seconds = wholeNumber(30, 86_400);

export const unusedByServer = {
  ledgerOrigin: setting("LEDGER_ORIGIN", anything.optional()),
  checkpointKeyFile: setting("CHECKPOINT_KEY_FILE", keyFile.optional()),
  nodes: {
    idleSecondsMax: setting("WORKER_MAX_IDLE_TIME", seconds.optional()),
    timeoutSeconds: setting("WORKER_TIMEOUT", seconds.optional()),
  },
};
