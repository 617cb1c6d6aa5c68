import { z } from "zod";
import { defineEvent, type EventOf, sealedSchema } from "../message.js";
import { instantSchema } from "../time.js";

/** Who may call us. */
export const webhookProviderSchema = z.enum(["stripe", "paypal", "github"]);
export type WebhookProvider = z.infer<typeof webhookProviderSchema>;

export const webhookStream = (provider: WebhookProvider, deliveryId: string): string =>
  `webhook-${provider}-${deliveryId}`;

const about = {
  provider: webhookProviderSchema,
  /** The provider's own id of this delivery: the same one again is nothing new. */
  deliveryId: z.string().regex(/^[\w-]{1,255}$/),
  at: instantSchema,
};

export const webhookEvents = [
  defineEvent("WebhookReceived", {
    about: "A provider delivered a webhook with a valid signature.",
    public: {},
    private: {
      ...about,
      /** As the provider names it, such as `payment_intent.succeeded`. */
      topic: z.string(),
      bodySha256: z.string().regex(/^[0-9a-f]{64}$/),
    },
    sealed: { body: sealedSchema },
  }),
  defineEvent("WebhookHeld", {
    about: "The webhook is genuine but can't be booked until something else is known.",
    public: {},
    private: { ...about, waitsFor: z.string() },
    sealed: {},
  }),
  defineEvent("WebhookBooked", {
    about: "Everything the webhook reports about money is booked, exactly once.",
    public: {},
    private: { ...about, moneyKeys: z.array(z.string()) },
    sealed: {},
  }),
  defineEvent("WebhookIgnored", {
    about: "The webhook reports nothing for us to book.",
    public: {},
    private: { ...about, reason: z.string() },
    sealed: {},
  }),
] as const;
export type WebhookEvent = EventOf<(typeof webhookEvents)[number]>;
export type WebhookReceived = Extract<WebhookEvent, { type: "WebhookReceived" }>;
