import { isDiscordWebhook } from "../discord.js";
import { variable } from "./environment.js";
import { address } from "./mail.js";
import { setting } from "./settings.js";

/** Only Discord itself is ever called: whoever can set this must not make us call others. */
export const discordWebhook = variable("the URL of a webhook of Discord", (value) =>
  isDiscordWebhook(value) ? value : undefined,
);

/** Where maintainers hear of what they have to look into, besides the log. */
export const alerts = {
  email: setting("ALERT_EMAIL", address.optional()),
  discordWebhookUrl: setting("ALERT_DISCORD_WEBHOOK_URL", discordWebhook.optional()),
};
