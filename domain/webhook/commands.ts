import type { Oddity } from "../donation/oddities.js";
import type { Secret } from "../message.js";
import type { Instant } from "../time.js";
import type { WebhookProvider } from "./events.js";

interface AboutWebhook {
  readonly provider: WebhookProvider;
  readonly deliveryId: string;
  readonly at: Instant;
}

export type WebhookCommand =
  | (AboutWebhook & {
      readonly type: "ReceiveWebhook";
      readonly topic: string;
      readonly bodySha256: string;
      readonly body: Secret;
    })
  | (AboutWebhook & { readonly type: "HoldWebhook"; readonly waitsFor: string })
  | (AboutWebhook & {
      readonly type: "BookWebhook";
      readonly moneyKeys: readonly string[];
      readonly odd?: readonly Oddity[];
    })
  | (AboutWebhook & { readonly type: "IgnoreWebhook"; readonly reason: string })
  /** Of one that was ignored, by settings that were wrong, say. */
  | (AboutWebhook & { readonly type: "ReopenWebhook" });
