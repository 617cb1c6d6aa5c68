import type { Instant } from "../time.js";
import type { WebhookProvider } from "../webhook/events.js";
import type { LookedUp, Translation } from "./facts.js";
import { translateGithub } from "./github.js";
import { translatePaypal } from "./paypal.js";
import { translateStripe } from "./stripe.js";

/** What of the settings decides whether something told is ours to book. */
export interface TranslationRules {
  readonly live: boolean;
  readonly paypalMerchantId: string | undefined;
  readonly githubSponsorable: string | undefined;
}

export interface Told {
  readonly provider: WebhookProvider;
  /** As parsed from JSON; undefined when it is none. */
  readonly body: unknown;
  readonly receivedAt: Instant;
  readonly looked: LookedUp;
}

/** What a webhook says, in our own words. Pure: the same words and look-ups give the same answer. */
export function translate(told: Told, rules: TranslationRules): Translation {
  const { body, looked, receivedAt } = told;
  switch (told.provider) {
    case "stripe":
      return translateStripe(body, { live: rules.live, looked });
    case "paypal":
      return translatePaypal(body, { merchantId: rules.paypalMerchantId, looked });
    case "github":
      return translateGithub(body, { sponsorable: rules.githubSponsorable, receivedAt });
  }
}
