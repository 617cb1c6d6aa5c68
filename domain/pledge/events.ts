import { z } from "zod";
import { externalIdCharactersMax } from "../donation/events.js";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { moneySchema } from "../money/money.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";

export const pledgeStream = (pledgeId: string): string => `pledge-${pledgeId}`;

const about = { pledgeId: z.uuid(), at: instantSchema };

/** Where a user can pay. */
export const checkoutProviderSchema = z.enum(["stripe", "paypal"]);
export type CheckoutProvider = z.infer<typeof checkoutProviderSchema>;

export const pledgeEvents = [
  defineEvent("DonationPledged", {
    about:
      "A user set out to donate through a provider. It becomes money only when the provider reports a payment.",
    public: {},
    private: {
      ...about,
      userId: z.uuid(),
      provider: checkoutProviderSchema,
      money: moneySchema,
      showName: z.boolean(),
    },
    sealed: { message: sealedText(2000).optional() },
  }),
  defineEvent("PledgePaid", {
    about: "The pledged donation arrived. Its amount is in the donation's own stream.",
    public: {},
    private: { ...about, externalId: text(externalIdCharactersMax) },
    sealed: {},
  }),
  defineEvent("PledgeExpired", {
    about: "Nobody paid in time. Money that still arrives later counts as a donation all the same.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type PledgeEvent = EventOf<(typeof pledgeEvents)[number]>;
export type DonationPledged = Extract<PledgeEvent, { type: "DonationPledged" }>;
