import { z } from "zod";
import { anything, consent, oneOf, port, text, variable } from "./environment.js";
import { isLoopbackHost } from "./plainHttp.js";
import { isProduction } from "./production.js";
import { combine, setting } from "./settings.js";

export const address = variable("an e-mail address", (value) =>
  z.email().safeParse(value).success ? value : undefined,
);

const host = setting("SMTP_HOST", text("the name of a mail server"));

/** tls = STARTTLS is required, ssl = TLS from the first byte. */
const encryption = combine(
  {
    isProduction,
    host,
    encryption: setting("SMTP_ENCRYPTION", oneOf(["tls", "ssl", "none"]).default("tls")),
    isOpen: setting("SMTP_INSECURE", consent),
  },
  (given, complain) => {
    const isExposed = given.encryption === "none" && !isLoopbackHost(given.host);
    if (given.isProduction && isExposed && !given.isOpen) {
      complain("encryption", "must be tls or ssl in production, unless SMTP_INSECURE is yes");
    }
    return given.encryption;
  },
);

export const mail = {
  host,
  port: setting("SMTP_PORT", port.default(587)),
  username: setting("SMTP_USERNAME", anything.optional()),
  password: setting("SMTP_PASSWORD", anything.optional()),
  encryption,
  fromEmail: setting("SMTP_FROM_EMAIL", address),
  fromName: setting("SMTP_FROM_NAME", anything.default("OBSIDIAN")),
};
