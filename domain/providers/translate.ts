import { day } from "../limits.js";
import { epochMs, type Instant } from "../time.js";
import type { WebhookProvider } from "../webhook/events.js";
import { type Fact, type Resources, type Translation, unreadable } from "./facts.js";
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

/** Before, none of these providers took money. */
const firstMs = Date.parse("1998-01-01T00:00:00Z");

/** What happened in no time that can be right is not booked: it would lie in a month of its own. */
function timely(translation: Translation, receivedAt: Instant): Translation {
  if (translation.kind !== "facts") return translation;
  const lastMs = epochMs(receivedAt) + day;
  const isTimely = ({ occurredAt }: Fact) => {
    const ms = epochMs(occurredAt);
    return ms >= firstMs && ms <= lastMs;
  };
  return translation.facts.every(isTimely) ? translation : unreadable("a webhook", "its time");
}

/** What a webhook says, in our own words. Pure: the same words and look-ups give the same answer. */
export const translate = (report: Report, rules: TranslationRules): Translation =>
  timely(translateBy(report, rules), report.receivedAt);

function translateBy(report: Report, rules: TranslationRules): Translation {
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
