import { dailyGenerationLimitDefault } from "../../domain/limits.js";
import { alerts, discordWebhook } from "./alerts.js";
import { application } from "./application.js";
import { wholeNumber } from "./environment.js";
import { http, metrics } from "./http.js";
import { keyFiles, tokens } from "./keys.js";
import { mail } from "./mail.js";
import { payees } from "./payees.js";
import { payments, webhookSecrets } from "./payments.js";
import { payouts } from "./payouts.js";
import { publicLog } from "./publicLog.js";
import { setting } from "./settings.js";
import { sharing } from "./sharing.js";
import { stores } from "./stores.js";

/** Every setting that the server's processes use, in the order of .env.example. */
export const serverSettings = {
  ...application,
  http,
  metrics,
  ...stores,
  tokens,
  keyFiles,
  publicLog,
  mail,
  dailyGenerationLimit: setting(
    "DAILY_GENERATION_LIMIT",
    wholeNumber(1, 10_000).default(dailyGenerationLimitDefault),
  ),
  webhookSecrets,
  payments,
  sharing,
  payees,
  payouts,
  discordWebhookUrl: setting("DISCORD_WEBHOOK_URL", discordWebhook.optional()),
  alerts,
};
