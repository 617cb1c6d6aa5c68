import { DomainError } from "../errors.js";
import { boundEventsMax, minute } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { type Adopted, newestPolicy } from "../sharing/policies.js";
import { dayOf, epochMs, type Instant, monthOf, nextMonth } from "../time.js";
import type { BooksCommand } from "./commands.js";
import { type BooksEvent, booksStream } from "./events.js";

export type BooksState =
  | { readonly status: "unopened" }
  | {
      readonly status: "open";
      readonly ledgerId: string;
      readonly openMonth: string;
      /** The first month that is not shared out. */
      readonly undistributed: string;
      /** Oldest first. */
      readonly policies: Adopted[];
    };
export type OpenBooks = Extract<BooksState, { status: "open" }>;

/** Late clocks and late work may still land in the old month until 00:10 UTC. */
const closingDelayMs = 10 * minute;

function evolve(state: BooksState, { type, data }: BooksEvent): BooksState {
  if (type === "LedgerOpened") {
    const { ledgerId, openedOn } = data.public;
    const openMonth = openedOn.slice(0, 7);
    return { status: "open", ledgerId, openMonth, undistributed: openMonth, policies: [] };
  }
  if (state.status === "unopened") return state;
  switch (type) {
    case "MonthClosed":
      return { ...state, openMonth: nextMonth(data.public.month) };
    case "PolicyAdopted":
      state.policies.push(data.public);
      return state;
    case "MonthDistributed":
      return { ...state, undistributed: nextMonth(data.public.month) };
  }
}

function decide(command: BooksCommand, state: BooksState): Draft<BooksEvent>[] {
  switch (command.type) {
    case "OpenLedger":
      return openLedger(command, state);
    case "CloseMonth":
      return closeMonth(command, openBooks(state));
    case "AdoptPolicy":
      return adoptPolicy(command, openBooks(state));
    case "NoteDistributed":
      return noteDistributed(command, openBooks(state));
  }
}

/** @throws DomainError LEDGER_NOT_OPEN */
export function openBooks(state: BooksState): OpenBooks {
  if (state.status === "open") return state;
  throw new DomainError("LEDGER_NOT_OPEN", "The ledger is not open yet: run `npm run init-db`.");
}

/** A new ledger has the newest policy from its first month on. */
function openLedger(
  { ledgerId, at }: Extract<BooksCommand, { type: "OpenLedger" }>,
  state: BooksState,
): Draft<BooksEvent>[] {
  if (state.status === "open") return [];
  const about = { private: { at }, sealed: {} };
  return [
    { type: "LedgerOpened", public: { ledgerId, openedOn: dayOf(at) }, ...about },
    { type: "PolicyAdopted", public: { policy: newestPolicy, from: monthOf(at) }, ...about },
  ];
}

function closeMonth(
  { month, at }: Extract<BooksCommand, { type: "CloseMonth" }>,
  { openMonth }: OpenBooks,
): Draft<BooksEvent>[] {
  if (month < openMonth) return [];
  if (month > openMonth) {
    throw new DomainError("MONTH_NOT_CLOSABLE", `Close ${openMonth} before ${month}.`);
  }
  if (!isOver(month, at)) {
    const message = `${month} can be closed from ${nextMonth(month)}-01T00:10 UTC on.`;
    throw new DomainError("MONTH_NOT_CLOSABLE", message);
  }
  return [{ type: "MonthClosed", public: { month }, private: { at }, sealed: {} }];
}

const isOver = (month: string, at: Instant): boolean =>
  epochMs(at) >= epochMs(`${nextMonth(month)}-01T00:00:00.000Z`) + closingDelayMs;

function adoptPolicy(
  { policy, at }: Extract<BooksCommand, { type: "AdoptPolicy" }>,
  { policies, openMonth }: OpenBooks,
): Draft<BooksEvent>[] {
  if (policies.some((adopted) => adopted.policy === policy)) return [];
  const from = nextMonth(openMonth);
  if (policies.some((adopted) => adopted.from === from)) {
    throw new DomainError("POLICY_ALREADY_ADOPTED", `${from} begins with another policy already.`);
  }
  return [{ type: "PolicyAdopted", public: { policy, from }, private: { at }, sealed: {} }];
}

function noteDistributed(
  { month, distributions, at }: Extract<BooksCommand, { type: "NoteDistributed" }>,
  { undistributed, openMonth }: OpenBooks,
): Draft<BooksEvent>[] {
  if (month < undistributed) return [];
  if (month > undistributed || month >= openMonth) {
    throw new DomainError(
      "MONTH_NOT_CLOSED",
      `${undistributed} is to be shared out before ${month}.`,
    );
  }
  const shown = { month, distributions: [...distributions] };
  return [{ type: "MonthDistributed", public: shown, private: { at }, sealed: {} }];
}

/** Months that are over at this instant and not closed yet, oldest first. */
export function closableMonths(state: BooksState, at: Instant): string[] {
  if (state.status === "unopened") return [];
  const months: string[] = [];
  for (let month = state.openMonth; month < monthOf(at); month = nextMonth(month)) {
    if (isOver(month, at)) months.push(month);
  }
  return months;
}

function opens({ type }: BooksCommand): boolean {
  switch (type) {
    case "OpenLedger":
    case "AdoptPolicy":
      return true;
    case "CloseMonth":
    case "NoteDistributed":
      return false;
  }
}

export const booksDecider: Aggregate<object, BooksState, BooksCommand, BooksEvent> = {
  streamOf: () => booksStream,
  initialState: () => ({ status: "unopened" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.books, opens },
};
