import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { moneySchema } from "../money/money.js";
import { postingsSchema, postingsUpTo } from "../money/postings.js";
import { payoutFlagSchema, payoutFlags } from "../payouts/flags.js";
import { countrySchema, payoutMethodSchema } from "../payouts/methods.js";
import { owedShareSchema, sharesPerPayoutMax } from "../payouts/owedShare.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

export const payoutBatchStream = ({ batchId }: { readonly batchId: string }): string =>
  `payoutBatch-${batchId}`;

/** Each node is a line of the entry, and two lines are for the payouts and for money that came back. */
export const nodesPerBatchMax = 498;
/** Some 100 bytes each, of the megabyte that an event may have. */
export const sharesPerBatchMax = 4000;

const itemSchema = z.object({
  payoutId: z.uuid(),
  operatorId: z.uuid(),
  payeeId: z.uuid(),
  country: countrySchema,
  amount: moneySchema.shape.amount,
  /** Of where the money goes: an HMAC by the vault, in hex, that tells nothing of the account. */
  destinationMac: sha256Schema,
  flags: z.array(payoutFlagSchema).max(payoutFlags.length),
  shares: z.array(owedShareSchema).max(sharesPerPayoutMax),
});
export type BatchItem = Readonly<z.infer<typeof itemSchema>>;

export const outcomes = ["completed", "failed", "returned"] as const;
const itemOutcomeSchema = z.object({
  payoutId: z.uuid(),
  outcome: z.enum(outcomes),
  /** What the provider kept for it; in the currency of the batch. */
  fee: moneySchema.shape.amount,
  /** As the provider or the bank calls it, or says why. */
  reference: text(200),
});
export type ItemOutcome = Readonly<z.infer<typeof itemOutcomeSchema>>;

const about = { batchId: z.uuid(), at: instantSchema };
const shown = { method: payoutMethodSchema, day: daySchema };

export const payoutBatchEvents = [
  defineEvent("BatchPlanned", {
    about: "These payouts are to be sent together. Nothing is sent before somebody approves it.",
    public: {},
    private: {
      ...about,
      method: payoutMethodSchema,
      sum: moneySchema,
      items: z.array(itemSchema).max(nodesPerBatchMax),
      /** Over ids, amounts and destinations: what is approved. */
      digest: sha256Schema,
      plannedBy: text(100),
    },
    sealed: {},
  }),
  defineEvent("BatchItemWithdrawn", {
    about: "A payout left its batch before that was sent. What it was to pay is owed as before.",
    public: {},
    private: { ...about, payoutId: z.uuid(), reason: text(500), digest: sha256Schema },
    sealed: {},
  }),
  defineEvent("BatchApproved", {
    about: "A maintainer approved exactly these payouts. A change of any of them voids it.",
    public: {},
    private: {
      ...about,
      digest: sha256Schema,
      approvedBy: text(100),
      /** The flagged ones among them, and why they are right. */
      accepted: z.array(z.object({ payoutId: z.uuid(), reason: text(500) })).max(nodesPerBatchMax),
      /** One payee alone: its nodes are paid in one entry, and it was told so. */
      isSingleAccepted: z.boolean(),
    },
    sealed: {},
  }),
  defineEvent("BatchSending", {
    about:
      "The batch is on its way: from here on nothing leaves it, and its payouts have an outcome.",
    public: { ...shown, amount: moneySchema, postings: postingsSchema },
    private: {
      ...about,
      digest: sha256Schema,
      /** The day on which a bank is asked to carry it out. */
      executionOn: daySchema,
    },
    sealed: {},
  }),
  defineEvent("BatchSubmitted", {
    about: "The provider has the batch, or its file was written for the bank or the maintainer.",
    public: {},
    private: {
      ...about,
      /** As the provider calls it. */
      reference: text(200),
      /** Of the file, where there is one: written again it is the same to the byte. */
      fileSha256: sha256Schema.optional(),
    },
    sealed: {},
  }),
  defineEvent("BatchOutcome", {
    about: "What became of payouts of a batch: paid, failed, or come back after they were paid.",
    public: {
      ...shown,
      completed: moneySchema,
      failed: moneySchema,
      returned: moneySchema,
      fees: moneySchema,
      postings: postingsUpTo(10),
    },
    private: {
      ...about,
      outcomes: z.array(itemOutcomeSchema).max(nodesPerBatchMax),
      /** SHA-256 of the statement that shows it, where a person entered it. */
      evidenceSha256: sha256Schema.optional(),
      /** The last day that the statement covers. */
      coversUntil: daySchema.optional(),
    },
    sealed: {},
  }),
  defineEvent("BatchClosed", {
    about: "Each payout of the batch has its outcome, or left it.",
    public: {},
    private: about,
    sealed: {},
  }),
] as const;
export type PayoutBatchEvent = EventOf<(typeof payoutBatchEvents)[number]>;
