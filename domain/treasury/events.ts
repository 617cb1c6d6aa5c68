import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { fundSchema, providerSchema } from "../money/accounts.js";
import { moneySchema } from "../money/money.js";
import { postingsSchema } from "../money/postings.js";
import { sha256Schema } from "../sha256.js";
import { text } from "../texts.js";
import { daySchema, instantSchema } from "../time.js";

export const treasuryStream = (treasuryId: string): string => `treasury-${treasuryId}`;

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
    about: "A maintainer moved money from one of our accounts to another.",
    public: {
      ...shown,
      from: providerSchema,
      to: providerSchema,
      amount: moneySchema,
      fee: moneySchema,
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
  defineEvent("TreasuryCorrected", {
    about: "A maintainer undid an entry of the treasury that was a mistake. No money moved.",
    public: { ...shown, corrects: z.enum(["FundsMoved", "ExpensePaid"]) },
    private: { ...about, correctedEventId: z.uuid() },
    sealed: {},
  }),
] as const;
export type TreasuryEvent = EventOf<(typeof treasuryEvents)[number]>;
