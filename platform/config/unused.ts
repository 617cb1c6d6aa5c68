import { Decimal } from "decimal.js";
import { anything, variable, wholeNumber } from "./environment.js";
import { keyFile } from "./keys.js";
import { combine, setting } from "./settings.js";

/**
 * Settings that are described and checked, and that nothing uses yet. Whoever builds what needs one
 * moves it to its subject.
 */

const share = variable("a share such as 0.75", (value) =>
  /^(0(\.\d{1,6})?|1(\.0{1,6})?)$/.test(value) ? new Decimal(value) : undefined,
);
const seconds = wholeNumber(30, 86_400);

export const unusedByServer = {
  ledgerOrigin: setting("LEDGER_ORIGIN", anything.optional()),
  checkpointKeyFile: setting("CHECKPOINT_KEY_FILE", keyFile.optional()),
  shares: combine(
    {
      workers: setting("DEFAULT_WORKER_SHARE", share.default(new Decimal("0.75"))),
      platform: setting("PLATFORM_MAINTENANCE", share.default(new Decimal("0.15"))),
      development: setting("DEVELOPMENT_FUND", share.default(new Decimal("0.10"))),
    },
    (shares, complain) => {
      if (!Decimal.sum(shares.workers, shares.platform, shares.development).equals(1)) {
        const names = "DEFAULT_WORKER_SHARE, PLATFORM_MAINTENANCE and DEVELOPMENT_FUND";
        complain("workers", `must be such that ${names} sum to exactly 1`);
      }
      return shares;
    },
  ),
  nodes: {
    idleSecondsMax: setting("WORKER_MAX_IDLE_TIME", seconds.optional()),
    timeoutSeconds: setting("WORKER_TIMEOUT", seconds.optional()),
  },
};
