import { secret, text, wholeNumber } from "./environment.js";
import { random } from "./secrets.js";
import { setting } from "./settings.js";

const day = 86_400;

/** Seconds of a token's life: a minute at least. */
const lifetime = (daysMax: number) => wholeNumber(60, daysMax * day);

export const tokens = {
  jwtSecret: random(setting("JWT_SECRET", secret)),
  accessSeconds: setting("JWT_EXPIRY", lifetime(1).default(day)),
  refreshSeconds: setting("JWT_REFRESH_EXPIRY", lifetime(90).default(7 * day)),
};

export const keyFile = text("the path of an Ed25519 key in PEM");

export const keyFiles = { certificate: setting("CERTIFICATE_KEY_FILE", keyFile) };
