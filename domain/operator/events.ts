import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { instantSchema } from "../time.js";
import { payoutMethods, payoutProofs } from "./payoutMethods.js";

export const operatorStream = (operatorId: string): string => `operator-${operatorId}`;

const ofOperator = { operatorId: z.uuid(), at: instantSchema };
/** The payee's id is random: the vault gives one to each payout account, and events hold nothing else of it. */
const about = { ...ofOperator, payeeId: z.uuid() };
/** Drawn for each account that is named. */
const ofAccount = { ...ofOperator, accountId: z.uuid() };
/** A maintainer entered it. Who it was is the actor. */
const manual = { reason: text(500), evidenceSha256: sha256Schema };

export const operatorEvents = [
  defineEvent("PayeeLinked", {
    about: "This payee is paid for the operator's nodes from now on.",
    public: {},
    private: {
      ...about,
      /** A maintainer accepted that operators share it. Who it was is the actor. */
      reason: text(500).optional(),
      evidenceSha256: sha256Schema.optional(),
    },
    sealed: {},
  }),
  defineEvent("PayeeHeld", {
    about:
      "The payee is another operator's already. A maintainer looks before it is paid for this one.",
    public: {},
    private: about,
    sealed: {},
  }),
  defineEvent("PayoutAccountLinked", {
    about:
      "The operator named an account to be paid to. It waits for its proofs; the one before stays meanwhile.",
    public: {},
    private: {
      ...ofAccount,
      method: z.enum(payoutMethods),
      /** ISO 3166-1, of the account. */
      country: z.string().regex(/^[A-Z]{2}$/),
    },
    sealed: {
      /** A PayPal address, an IBAN without blanks, Stripe's id of the account, or what was agreed. */
      destination: sealedText(254),
      /** Who holds it, where a bank asks for that. */
      holder: sealedText(70).optional(),
    },
  }),
  defineEvent("PayoutAccountVerified", {
    about: "One of the proofs that an account needs is there; with the last one it is in force.",
    public: {},
    private: {
      ...ofAccount,
      proof: z.enum(payoutProofs),
      isEffective: z.boolean(),
      /** Known by the proof that shows whose account it is. */
      payeeId: z.uuid().optional(),
      /** Another operator had it first. */
      isOthers: z.boolean().optional(),
      /** What a maintainer's proof rests on. */
      reason: text(500).optional(),
      evidenceSha256: sha256Schema.optional(),
    },
    sealed: {},
  }),
  defineEvent("PayoutAccountUnverified", {
    about: "The provider says that the account can't be paid, for now.",
    public: {},
    private: ofAccount,
    sealed: {},
  }),
  defineEvent("PayoutAccountRemoved", {
    about: "The operator has no payout account any more.",
    public: {},
    private: ofOperator,
    sealed: {},
  }),
  defineEvent("PayoutAccountFrozen", {
    about: "Nothing is paid to the operator until a maintainer has looked.",
    public: {},
    private: {
      ...ofOperator,
      /** The event of which a mail told, where its link did this. */
      linkId: z.uuid().optional(),
    },
    sealed: {},
  }),
  defineEvent("PayoutAccountUnfrozen", {
    about: "A maintainer looked, and lets the operator be paid again.",
    public: {},
    private: { ...ofOperator, ...manual },
    sealed: {},
  }),
  defineEvent("PayeeDetailsGiven", {
    about: "Whom we pay, in the words of the law. These are the new ones.",
    public: {},
    private: ofOperator,
    sealed: {
      legalName: sealedText(140),
      /** ISO 3166-1, where the payee is at home. */
      country: sealedText(2),
      /** `business` or `private`. */
      standing: sealedText(8),
    },
  }),
  defineEvent("PayeeFormReceived", {
    about: "A maintainer has the form that the law asks for before more is paid.",
    public: {},
    private: { ...ofOperator, ...manual },
    sealed: {},
  }),
] as const;
export type OperatorEvent = EventOf<(typeof operatorEvents)[number]>;
