import { z } from "zod";
import { defineEvent, type EventOf, sealedText } from "../message.js";
import { type Provider, providerSchema } from "../money/accounts.js";
import { moneySchema } from "../money/money.js";
import { postingsSchema } from "../money/postings.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { hourSchema, instantSchema } from "../time.js";

/** It is part of a stream's name, which has room for 1000 bytes of it. */
export const externalIdCharactersMax = 250;

/** `externalId` is the provider's own name for the payment: one payment, one stream. */
export const donationStream = (provider: Provider, externalId: string): string =>
  `donation-${provider}-${externalId}`;

/** What the provider calls the payment by. */
export const donationNameSchema = z.object({ externalId: text(externalIdCharactersMax) });

/** `hidden` unless the donor chose otherwise. */
export const visibilitySchema = z.enum(["shown", "hidden"]);
export type Visibility = z.infer<typeof visibilitySchema>;

/** What maintainers enter, and can undo. */
export const undoableEntries = ["gift", "settlement", "refund", "attribution", "closing"] as const;
export type UndoableEntry = (typeof undoableEntries)[number];

const about = {
  ...donationNameSchema.shape,
  /** Names this movement of money at the provider: the same key never counts twice. */
  moneyKey: text(600),
  at: instantSchema,
  /** When it happened, as the provider says. */
  occurredAt: instantSchema,
};
const shown = {
  provider: providerSchema,
  standing: z.enum(["regular", "suspense"]),
  hour: hourSchema,
  postings: postingsSchema,
};
/** Marks what a maintainer entered: shown as such everywhere, with its reason and evidence. */
const manualShown = { manual: z.literal(true).optional() };
const manualAbout = {
  reason: text(2000).optional(),
  evidenceSha256: sha256Schema.optional(),
};
/** What is not as expected, by the names of oddities.ts. */
const oddShape = { odd: z.array(text(32)).optional() };
const refund = { amount: moneySchema, taken: moneySchema, fee: moneySchema };
const move = { amount: moneySchema, fee: moneySchema };
const disputeAbout = { ...about, disputeId: text(600) };

export const donationEvents = [
  defineEvent("DonationReceived", {
    about: "A provider received a donation for us. The amount is gross; the fee is not known yet.",
    public: { ...shown, ...manualShown, gross: moneySchema },
    private: {
      ...about,
      ...manualAbout,
      pledgeId: z.uuid().optional(),
      userId: z.uuid().optional(),
      visibility: visibilitySchema,
      ...oddShape,
      suspenseReason: z.enum(["unattributed", "currency-not-allowed"]).optional(),
      /** What else the provider says that helps to match its statements, e.g. a sponsorship's id. */
      references: z.record(z.string(), text(600)).optional(),
    },
    sealed: {
      name: sealedText(500).optional(),
      email: sealedText(500).optional(),
      message: sealedText(2000).optional(),
    },
  }),
  defineEvent("DonationSettled", {
    about: "The provider's fee is known. What remains can be shared out from now on.",
    public: {
      ...shown,
      ...manualShown,
      charged: moneySchema,
      gross: moneySchema,
      fee: moneySchema,
    },
    private: { ...about, ...manualAbout, ...oddShape },
    sealed: {},
  }),
  defineEvent("DonationRefunded", {
    about: "Money went back to the donor: we refunded it, or the provider reversed the payment.",
    public: { ...shown, ...manualShown, ...refund, cause: z.enum(["refund", "reversal"]) },
    private: { ...about, ...manualAbout, ...oddShape, beyondGross: z.boolean() },
    sealed: {},
  }),
  defineEvent("DonationRefundFailed", {
    about:
      "A refund failed and is undone. If the refund itself is reported later, it does not count.",
    public: { ...shown, undone: z.object(refund).nullable() },
    private: { ...about, refundKey: text(600) },
    sealed: {},
  }),
  defineEvent("DonationDisputed", {
    about:
      "The donor's bank opened an inquiry (the amount is held) or took the money back (it is withdrawn).",
    public: {
      ...shown,
      ...move,
      step: z.enum(["inquiry", "withdrawal"]),
      released: moneySchema.nullable(),
    },
    private: { ...disputeAbout, ...oddShape },
    sealed: {},
  }),
  defineEvent("DonationDisputeWon", {
    about: "A dispute was won, or some of its money came back.",
    public: {
      ...shown,
      returned: z.object(move).nullable(),
      /** What was booked as lost before, and is not. */
      recovered: moneySchema.optional(),
      released: moneySchema.nullable(),
    },
    private: disputeAbout,
    sealed: {},
  }),
  defineEvent("DonationDisputeLost", {
    about: "A dispute was lost. The withdrawn money does not come back.",
    public: { ...shown, lost: moneySchema.nullable(), released: moneySchema.nullable() },
    private: disputeAbout,
    sealed: {},
  }),
  defineEvent("DonationCorrected", {
    about:
      "A maintainer corrected a booking by adding postings to it, or undid an entry made by hand.",
    public: {
      ...shown,
      manual: z.literal(true),
      corrects: text(64),
      /** Where an entry is undone: it was a mistake, and no money moved. */
      undoes: z.enum(undoableEntries).optional(),
    },
    private: {
      ...about,
      ...manualAbout,
      reason: text(2000),
      correctedEventId: z.uuid(),
      /** The money key of the entry that is undone. */
      undoneKey: text(600).optional(),
    },
    sealed: {},
  }),
  defineEvent("DonationAttributed", {
    about: "A maintainer established that money in suspense is a donation. It counts from now on.",
    public: { ...shown, manual: z.literal(true) },
    private: { ...about, ...manualAbout, reason: text(2000) },
    sealed: {},
  }),
  defineEvent("SuspenseClosed", {
    about:
      "A maintainer established that money in suspense is no donation. It leaves the books, but for its cost.",
    public: { ...shown, manual: z.literal(true) },
    private: { ...about, ...manualAbout, reason: text(2000) },
    sealed: {},
  }),
  defineEvent("DonationRecognised", {
    about:
      "A provider told of a gift that a maintainer had entered, by further names of the payment.",
    public: {},
    private: { ...about, references: z.record(z.string(), text(600)) },
    sealed: {},
  }),
  defineEvent("DonorVisibilityChanged", {
    about: "The donor chose whether their name is shown.",
    public: {},
    private: { ...about, visibility: visibilitySchema },
    sealed: {},
  }),
] as const;
export type DonationEvent = EventOf<(typeof donationEvents)[number]>;
export type DonationReceived = Extract<DonationEvent, { type: "DonationReceived" }>;
