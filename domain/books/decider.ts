import { DomainError } from "../errors.js";
import { boundEventsMax, minute } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { dayOf, epochMs, type Instant, monthOf, nextMonth } from "../time.js";
import type { BooksCommand } from "./commands.js";
import { type BooksEvent, booksStream } from "./events.js";

type State =
  | { readonly status: "unopened" }
  | { readonly status: "open"; readonly ledgerId: string; readonly openMonth: string };

/** Late clocks and late work may still land in the old month until 00:10 UTC. */
const closingDelayMs = 10 * minute;

function evolve(state: State, { type, data }: BooksEvent): State {
  switch (type) {
    case "LedgerOpened": {
      const { ledgerId, openedOn } = data.public;
      return { status: "open", ledgerId, openMonth: openedOn.slice(0, 7) };
    }
    case "MonthClosed":
      return state.status === "unopened"
        ? state
        : { ...state, openMonth: nextMonth(data.public.month) };
  }
}

function decide(command: BooksCommand, state: State): Draft<BooksEvent>[] {
  switch (command.type) {
    case "OpenLedger":
      return openLedger(command, state);
    case "CloseMonth":
      return closeMonth(command, state);
  }
}

function openLedger(
  { ledgerId, at }: Extract<BooksCommand, { type: "OpenLedger" }>,
  state: State,
): Draft<BooksEvent>[] {
  if (state.status === "open") return [];
  return [
    {
      type: "LedgerOpened",
      public: { ledgerId, openedOn: dayOf(at) },
      private: { at },
      sealed: {},
    },
  ];
}

function closeMonth(
  { month, at }: Extract<BooksCommand, { type: "CloseMonth" }>,
  state: State,
): Draft<BooksEvent>[] {
  if (state.status === "unopened") {
    throw new DomainError("LEDGER_NOT_OPEN", "The ledger is not open yet: run `npm run init-db`.");
  }
  if (month < state.openMonth) return [];
  if (month > state.openMonth) {
    throw new DomainError("MONTH_NOT_CLOSABLE", `Close ${state.openMonth} before ${month}.`);
  }
  if (!isOver(month, at)) {
    const message = `${month} can be closed from ${nextMonth(month)}-01T00:10 UTC on.`;
    throw new DomainError("MONTH_NOT_CLOSABLE", message);
  }
  return [{ type: "MonthClosed", public: { month }, private: { at }, sealed: {} }];
}

const isOver = (month: string, at: Instant): boolean =>
  epochMs(at) >= epochMs(`${nextMonth(month)}-01T00:00:00.000Z`) + closingDelayMs;

/** Months that are over at this instant and not closed yet, oldest first. */
export function closableMonths(state: State, at: Instant): string[] {
  if (state.status === "unopened") return [];
  const months: string[] = [];
  for (let month = state.openMonth; month < monthOf(at); month = nextMonth(month)) {
    if (isOver(month, at)) months.push(month);
  }
  return months;
}

function opens(command: BooksCommand): boolean {
  switch (command.type) {
    case "OpenLedger":
      return true;
    case "CloseMonth":
      return false;
  }
}

export const booksDecider: Aggregate<object, State, BooksCommand, BooksEvent> = {
  streamOf: () => booksStream,
  initialState: () => ({ status: "unopened" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.books, opens },
};
