import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsUpTo } from "../money/postings.js";
import { countrySchema, payoutMethodSchema } from "../payouts/methods.js";
import { owedShareSchema, sharesPerPayoutMax } from "../payouts/owedShare.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

/** What an operator is owed in one currency: whoever takes a share of it, takes it here, once. */
export const payableStream = ({ operatorId, currency }: PayableName): string =>
  `payable-${operatorId}-${currency}`;

export interface PayableName {
  readonly operatorId: string;
  readonly currency: string;
}

/** A share is called by its month and node, in the currency of its stream. */
const shareName = { month: monthSchema, payId: z.uuid() };
const moved = { ...shareName, amount: moneySchema, day: daySchema, postings: postingsUpTo(2) };
const about = { operatorId: z.uuid(), at: instantSchema };
/** Who it was is the actor. */
const manual = { reason: text(2000), evidenceSha256: sha256Schema };
const named = { ...about, ...shareName, currency: moneySchema.shape.currency };

/** What a share that its operator does without goes to. */
export const waivedTo = z.enum(["workers", "development"]);
export type WaivedTo = z.infer<typeof waivedTo>;

/** The place where a payout goes, spelled as its method needs it: an IBAN with its holder is the longest. */
export const destinationCharactersMax = 500;

/**
 * Which of an operator's shares are paid together would join its nodes for everybody, so all of it is
 * private; the postings are those of the batch.
 */
const ofPayout = { ...about, payoutId: z.uuid() };
const requested = {
  ...ofPayout,
  batchId: z.uuid(),
  method: payoutMethodSchema,
  amount: moneySchema,
  shares: z.array(owedShareSchema).max(sharesPerPayoutMax),
};
/** As the provider or the bank calls it. */
const reference = text(200);

export const payableEvents = [
  defineEvent("ShareVoided", {
    about: "A maintainer took a share back into the workers' pool. The next month shares it out.",
    public: moved,
    private: { ...about, ...manual },
    sealed: {},
  }),
  defineEvent("ShareRestored", {
    about:
      "A maintainer undid that a share was taken back. It is owed again, out of the development fund.",
    public: moved,
    private: { ...about, ...manual },
    sealed: {},
  }),
  defineEvent("ShareWaived", {
    about: "Its operator does without a share, for the workers' pool or the development fund.",
    public: { ...moved, to: waivedTo },
    private: about,
    sealed: {},
  }),
  defineEvent("ShareLapsed", {
    about:
      "For 36 months nobody could be paid: the share went back into the workers' pool. The next month shares it out.",
    public: moved,
    private: { ...about, finalizedAt: instantSchema },
    sealed: {},
  }),
  defineEvent("ShareAppealed", {
    about: "An operator asks a maintainer to look again at a share that was taken back.",
    public: {},
    private: named,
    sealed: { words: sealedText(2000) },
  }),
  defineEvent("ShareAppealRejected", {
    about: "A maintainer looked again at a share that was taken back, and it stays so.",
    public: {},
    private: { ...named, ...manual },
    sealed: {},
  }),
  defineEvent("PayoutRequested", {
    about: "These shares are to be paid in one payout, to this place and no other.",
    public: {},
    private: { ...requested, payeeId: z.uuid(), country: countrySchema },
    sealed: { destination: sealedText(destinationCharactersMax) },
  }),
  defineEvent("PayoutWithdrawn", {
    about: "A payout left its batch before that was sent: its shares are owed as before.",
    public: {},
    private: { ...requested, reason: text(500) },
    sealed: {},
  }),
  defineEvent("PayoutSending", {
    about: "The payout is about to be handed to its provider: from here on it may have been paid.",
    public: {},
    private: ofPayout,
    sealed: {},
  }),
  defineEvent("PayoutSent", {
    about: "The provider has the payout.",
    public: {},
    private: { ...ofPayout, reference },
    sealed: {},
  }),
  defineEvent("PayoutCompleted", {
    about: "The payout is paid. The outcome of its batch posts it.",
    public: {},
    private: { ...ofPayout, reference },
    sealed: {},
  }),
  defineEvent("PayoutFailed", {
    about: "The payout never left: its shares are owed again, from the money that came back.",
    public: {},
    private: { ...ofPayout, reference },
    sealed: {},
  }),
  defineEvent("PayoutReturned", {
    about: "The payout came back after it was paid: its shares are owed again.",
    public: {},
    private: { ...ofPayout, reference },
    sealed: {},
  }),
] as const;
export type PayableEvent = EventOf<(typeof payableEvents)[number]>;
