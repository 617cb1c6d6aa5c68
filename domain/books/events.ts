import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { moneySchema } from "../money/money.js";
import { sha256Schema } from "../sha256.js";
import { policySchema } from "../sharing/policies.js";
import { text } from "../texts.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

export const booksStream = "books-ledger";

/** As many as ISO 4217 has. */
const currenciesMax = 200;
const distributionNameSchema = z.object({
  currency: moneySchema.shape.currency,
  finalized: z.uuid(),
});

export const booksEvents = [
  defineEvent("LedgerOpened", {
    about: "The ledger was opened. Its id distinguishes this log from every other.",
    public: { ledgerId: z.uuid(), openedOn: daySchema },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("MonthClosed", {
    about: "A month was closed. Every earlier event that no previous closing covers belongs to it.",
    public: { month: monthSchema },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("PolicyAdopted", {
    about: "From this month on, this policy says which work counts. Months before it keep theirs.",
    public: { policy: policySchema, from: monthSchema },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("MonthDistributed", {
    about: "What the month had to share is shared out, in every currency.",
    public: {
      month: monthSchema,
      /** The ids of their last events, sorted by currency. */
      distributions: z.array(distributionNameSchema).max(currenciesMax),
    },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("LedgerRestored", {
    about:
      "The ledger was restored from a backup: what it recorded after that is lost. No payout is sent until PayoutsConfirmed.",
    public: { backedUpOn: daySchema, restoredOn: daySchema },
    private: {
      at: instantSchema,
      restoreId: z.uuid(),
      /** When the backup was begun: nothing later is in it for certain. */
      backedUpAt: instantSchema,
      /** Of the last event in the backup, in `$all`. */
      backupPosition: z.string().regex(/^\d{1,20}$/),
      archiveSha256: sha256Schema,
    },
    sealed: {},
  }),
  defineEvent("PayoutsConfirmed", {
    about:
      "A maintainer has compared the payouts since the backup with what was really paid: they may be sent again.",
    public: { confirmedOn: daySchema },
    private: {
      at: instantSchema,
      /** Of the restore that this ends. */
      restoreId: z.uuid(),
      reason: text(500),
      /** Of what the comparison listed. */
      evidenceSha256: sha256Schema,
    },
    sealed: {},
  }),
] as const;
export type BooksEvent = EventOf<(typeof booksEvents)[number]>;
