import { DomainError } from "../errors.js";
import { boundEventsMax, minute } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { type Adopted, newestPolicy } from "../sharing/policies.js";
import { dayOf, epochMs, type Instant, monthOf, nextMonth } from "../time.js";
import type { BooksCommand, RestoredBackup } from "./commands.js";
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
      /** While it is set, no payout may be sent or exported. */
      readonly payoutsLocked?: PayoutsLock;
    };
export type OpenBooks = Extract<BooksState, { status: "open" }>;

export interface PayoutsLock {
  /** Of the newest restore: confirming it ends the lock. */
  readonly restoreId: string;
  /** Since when payouts may be missing in the ledger: the earliest backup of those not confirmed. */
  readonly since: Instant;
}

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
    case "LedgerRestored":
      return { ...state, payoutsLocked: lockedBy(data.private, state.payoutsLocked) };
    case "PayoutsConfirmed": {
      const { payoutsLocked: _ended, ...rest } = state;
      return rest;
    }
  }
}

const lockedBy = (
  { restoreId, backedUpAt }: Pick<RestoredBackup, "restoreId" | "backedUpAt">,
  before: PayoutsLock | undefined,
): PayoutsLock => ({
  restoreId,
  since: before !== undefined && before.since < backedUpAt ? before.since : backedUpAt,
});

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
    case "RecordRestore":
      return recordRestore(command, openBooks(state));
    case "ConfirmPayouts":
      return confirmPayouts(command, openBooks(state));
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

function recordRestore(
  { type: _, at, ...backup }: Extract<BooksCommand, { type: "RecordRestore" }>,
  { payoutsLocked }: OpenBooks,
): Draft<BooksEvent>[] {
  if (payoutsLocked?.restoreId === backup.restoreId) return [];
  const shown = { backedUpOn: dayOf(backup.backedUpAt), restoredOn: dayOf(at) };
  return [{ type: "LedgerRestored", public: shown, private: { at, ...backup }, sealed: {} }];
}

/** Another restore in between asks for another comparison. */
function confirmPayouts(
  { type: _, ...confirmed }: Extract<BooksCommand, { type: "ConfirmPayouts" }>,
  { payoutsLocked }: OpenBooks,
): Draft<BooksEvent>[] {
  if (payoutsLocked === undefined) return [];
  if (payoutsLocked.restoreId !== confirmed.restoreId) {
    throw new DomainError(
      "RESTORED_SINCE",
      "The ledger was restored once more since that comparison: compare the payouts again.",
    );
  }
  const shown = { confirmedOn: dayOf(confirmed.at) };
  return [{ type: "PayoutsConfirmed", public: shown, private: confirmed, sealed: {} }];
}

/**
 * Every send and every export of payouts asks this first, of the books as they are now.
 * @throws DomainError LEDGER_NOT_OPEN; PAYOUTS_LOCKED
 */
export function refuseLockedPayouts(state: BooksState): void {
  const { payoutsLocked } = openBooks(state);
  if (payoutsLocked === undefined) return;
  throw new DomainError(
    "PAYOUTS_LOCKED",
    `The ledger was restored from a backup of ${payoutsLocked.since}, so it may not know what was paid since: compare and confirm the payouts first.`,
  );
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
    case "RecordRestore":
    case "ConfirmPayouts":
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
