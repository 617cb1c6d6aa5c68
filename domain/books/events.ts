import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

export const booksStream = "books-ledger";

export const booksEvents = [
  defineEvent("LedgerOpened", {
    about: "The ledger exists from here on. Its id tells this log from every other.",
    public: { ledgerId: z.uuid(), openedOn: daySchema },
    private: { at: instantSchema },
    sealed: {},
  }),
  defineEvent("MonthClosed", {
    about: "Every event before this one that no earlier closing took belongs to this month.",
    public: { month: monthSchema },
    private: { at: instantSchema },
    sealed: {},
  }),
] as const;
export type BooksEvent = EventOf<(typeof booksEvents)[number]>;
