import { logLevels } from "../process/log.js";
import { oneOf, readOrigin, secret, variable } from "./environment.js";
import { combine, setting } from "./settings.js";

export const secretBytesMin = 32;

/** Production makes nothing itself, and is stricter. */
export const isProduction = combine(
  {
    appEnv: setting("APP_ENV", oneOf(["development", "test", "production"]).default("development")),
  },
  ({ appEnv }) => appEnv === "production",
);

const ownOrigin = variable("the server's public origin, such as https://example.org", readOrigin);

export const application = {
  /** An origin: scheme, host and port, no slash at the end. */
  appUrl: combine({ isProduction, appUrl: setting("APP_URL", ownOrigin) }, (given, complain) => {
    const { appUrl } = given;
    if (given.isProduction && !appUrl.startsWith("https:")) {
      complain("appUrl", "must start with https:// in production");
    }
    return appUrl;
  }),
  /** Master key of the vault. */
  appSecret: setting("APP_SECRET", secret(secretBytesMin)),
  logLevel: setting("LOG_LEVEL", oneOf(logLevels).default("info")),
};
