import { z } from "zod";
import { defineEvent, type EventOf } from "../message.js";
import { daySchema, instantSchema, monthSchema } from "../time.js";

export const booksStream = "books-ledger";

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
] as const;
export type BooksEvent = EventOf<(typeof booksEvents)[number]>;
