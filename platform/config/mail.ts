import { z } from "zod";
import { anything, oneOf, port, text, variable } from "./environment.js";
import { setting } from "./settings.js";

const address = variable("an e-mail address", (value) =>
  z.email().safeParse(value).success ? value : undefined,
);

export const mail = {
  host: setting("SMTP_HOST", text("the name of a mail server")),
  port: setting("SMTP_PORT", port.default(587)),
  username: setting("SMTP_USERNAME", anything.optional()),
  password: setting("SMTP_PASSWORD", anything.optional()),
  /** tls = STARTTLS is required, ssl = TLS from the first byte. */
  encryption: setting("SMTP_ENCRYPTION", oneOf(["tls", "ssl", "none"]).default("tls")),
  fromEmail: setting("SMTP_FROM_EMAIL", address),
  fromName: setting("SMTP_FROM_NAME", anything.default("OBSIDIAN")),
};
