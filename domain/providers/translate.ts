import type { Instant } from "../time.js";
import type { WebhookProvider } from "../webhook/events.js";
import type { Resources, Translation } from "./facts.js";
import { translateGithub } from "./github.js";
import { translatePaypal } from "./paypal.js";
import { translateStripe } from "./stripe.js";

/** What of the settings decides whether a report is ours to book. */
export interface TranslationRules {
  readonly live: boolean;
  readonly paypalMerchantId: string | undefined;
  readonly githubSponsorable: string | undefined;
}

/** What a provider reports: a webhook, or an item of its own record in that form. */
export interface Report {
  readonly provider: WebhookProvider;
  /** As parsed from JSON; undefined when it is none. */
  readonly body: unknown;
  readonly receivedAt: Instant;
  readonly resources: Resources;
}

/** What a webhook says, in our own words. Pure: the same words and look-ups give the same answer. */
export function translate(report: Report, rules: TranslationRules): Translation {
  const { body, resources, receivedAt } = report;
  switch (report.provider) {
    case "stripe":
      return translateStripe(body, { live: rules.live, resources });
    case "paypal":
      return translatePaypal(body, { merchantId: rules.paypalMerchantId, resources });
    case "github":
      return translateGithub(body, { sponsorable: rules.githubSponsorable, receivedAt });
  }
}
