import { anything, oneOf } from "./environment.js";
import { combine, setting } from "./settings.js";

/**
 * Production makes nothing itself, and is stricter. NODE_ENV is what other programs go by, so who
 * sets it means us too, unless APP_ENV says otherwise.
 */
export const isProduction = combine(
  {
    appEnv: setting("APP_ENV", oneOf(["development", "test", "production"]).optional()),
    nodeEnv: setting("NODE_ENV", anything.optional()),
  },
  ({ appEnv, nodeEnv }) => (appEnv ?? nodeEnv) === "production",
);
