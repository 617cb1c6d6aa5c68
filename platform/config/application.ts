import { logLevels } from "../process/log.js";
import { oneOf, readOrigin, secret, variable } from "./environment.js";
import { isProduction } from "./production.js";
import { random } from "./secrets.js";
import { combine, setting } from "./settings.js";

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
  appSecret: random(setting("APP_SECRET", secret)),
  logLevel: setting("LOG_LEVEL", oneOf(logLevels).default("info")),
};
