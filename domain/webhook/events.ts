import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

/** Who may call us. */
export const webhookProviderSchema = z.enum(["stripe", "paypal", "github"]);
export type WebhookProvider = z.infer<typeof webhookProviderSchema>;

export const webhookStream = (provider: WebhookProvider, deliveryId: string): string =>
  `webhook-${provider}-${deliveryId}`;

/** Longer than the name of anything that can be booked. */
export const waitsForCharactersMax = 600;

/** How it begins for a genuine webhook that this software can't read: one of later may. */
export const waitsForSoftware = "software that reads ";

export const webhookNameSchema = z.object({
  provider: webhookProviderSchema,
  /** The provider's own id of this delivery: the same one again is nothing new. */
  deliveryId: z.string().regex(/^[\w-]{1,255}$/),
});
const about = { ...webhookNameSchema.shape, at: instantSchema };

export const webhookEvents = [
  defineEvent("WebhookReceived", {
    about: "A provider delivered a webhook with a valid signature.",
    public: {},
    private: {
      ...about,
      /** As the provider names it, such as `payment_intent.succeeded`. */
      topic: text(255),
      bodySha256: sha256Schema,
    },
    sealed: { body: sealedText(524_288) },
  }),
  defineEvent("WebhookHeld", {
    about: "The webhook is genuine but can't be booked until something else is known.",
    public: {},
    private: { ...about, waitsFor: text(waitsForCharactersMax) },
    sealed: {},
  }),
  defineEvent("WebhookFoundOdd", {
    about: "What the webhook reports about money is not as expected: somebody should look at it.",
    public: {},
    /** By the names of donation/oddities.ts. */
    private: { ...about, odd: z.array(text(32)) },
    sealed: {},
  }),
  defineEvent("WebhookBooked", {
    about: "Everything the webhook reports about money is booked, exactly once.",
    public: {},
    /** `odd` as events of before have it; now it is an event of its own. */
    private: { ...about, moneyKeys: z.array(text(600)), odd: z.array(text(32)).optional() },
    sealed: {},
  }),
  defineEvent("WebhookIgnored", {
    about: "The webhook reports nothing for us to book.",
    public: {},
    private: { ...about, reason: text(64) },
    sealed: {},
  }),
  defineEvent("WebhookReopened", {
    about: "A maintainer wants a webhook that was ignored to be looked at again.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type WebhookEvent = EventOf<(typeof webhookEvents)[number]>;
export type WebhookReceived = Extract<WebhookEvent, { type: "WebhookReceived" }>;
