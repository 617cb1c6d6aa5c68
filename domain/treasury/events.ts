import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { fundSchema, providerSchema } from "../money/accounts.js";
import { moneySchema } from "../money/money.js";
import { postingsSchema } from "../money/postings.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

export const treasuryStream = (treasuryId: string): string => `treasury-${treasuryId}`;

/** Those of our providers have up to 64. */
const transactionIdCharactersMax = 255;

const shown = { manual: z.literal(true), day: daySchema, postings: postingsSchema };
const about = {
  treasuryId: z.uuid(),
  at: instantSchema,
  reason: text(2000),
  /** SHA-256 of the statement or invoice that shows it, hex. */
  evidenceSha256: sha256Schema,
};

export const treasuryEvents = [
  defineEvent("FundsMoved", {
    about: "A maintainer moved money from one of our accounts to another, or converted it.",
    public: {
      ...shown,
      from: providerSchema,
      to: providerSchema,
      amount: moneySchema,
      fee: moneySchema,
      /** What arrived, where it was converted on the way. */
      received: moneySchema.optional(),
    },
    private: about,
    sealed: {},
  }),
  defineEvent("ExpensePaid", {
    about: "A maintainer paid an expense from the fund it belongs to.",
    public: { ...shown, fund: fundSchema, from: providerSchema, amount: moneySchema },
    private: about,
    sealed: {},
  }),
  defineEvent("ProviderFeeCharged", {
    about: "A provider charged its account a fee that belongs to no payment, or gave one back.",
    public: {
      ...shown,
      /** Absent where the provider's own record told of it. */
      manual: shown.manual.optional(),
      from: providerSchema,
      /** Negative where a fee was given back. */
      amount: moneySchema,
    },
    private: {
      ...about,
      evidenceSha256: about.evidenceSha256.optional(),
      /** The provider's own id of the charge, by which it counts once. */
      transactionId: text(transactionIdCharactersMax),
    },
    sealed: {},
  }),
  defineEvent("TreasuryCorrected", {
    about: "A maintainer undid an entry of the treasury that was a mistake. No money moved.",
    public: { ...shown, corrects: z.enum(["FundsMoved", "ExpensePaid", "ProviderFeeCharged"]) },
    private: { ...about, correctedEventId: z.uuid() },
    sealed: {},
  }),
] as const;
export type TreasuryEvent = EventOf<(typeof treasuryEvents)[number]>;
