import { wholeNumber } from "./environment.js";
import { setting } from "./settings.js";

/**
 * Settings that are described and checked, and that nothing uses yet. Whoever builds what needs one
 * moves it to its subject.
 */

const seconds = wholeNumber(30, 86_400);

export const unusedByServer = {
  nodes: {
    idleSecondsMax: setting("WORKER_MAX_IDLE_TIME", seconds.optional()),
    timeoutSeconds: setting("WORKER_TIMEOUT", seconds.optional()),
  },
};
