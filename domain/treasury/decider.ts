import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { isPositive, plus } from "../money/money.js";
import { credit, debit, entry, negation, type Posting } from "../money/postings.js";
import { dayOf } from "../time.js";
import type { MoveFunds, PayExpense, TreasuryCommand, UndoTreasury } from "./commands.js";
import { type TreasuryEvent, treasuryStream } from "./events.js";

export type TreasuryState =
  | { readonly status: "absent" }
  | {
      readonly status: "entered";
      readonly type: EntryType;
      readonly postings: readonly Posting[];
    }
  | { readonly status: "undone" };
type EntryType = Exclude<TreasuryEvent["type"], "TreasuryCorrected">;

function evolve(_: TreasuryState, { type, data }: TreasuryEvent): TreasuryState {
  switch (type) {
    case "FundsMoved":
    case "ExpensePaid":
      return { status: "entered", type, postings: data.public.postings };
    case "TreasuryCorrected":
      return { status: "undone" };
  }
}

/** What was undone stays so: entered again, it is an entry of its own. */
function decide(command: TreasuryCommand, state: TreasuryState): Draft<TreasuryEvent>[] {
  if (command.type === "UndoTreasury") return undo(command, state);
  if (state.status !== "absent") return [];
  const { treasuryId, at, reason, evidenceSha256, amount, from } = command;
  if (!isPositive(amount)) {
    throw new DomainError("AMOUNT_NOT_POSITIVE", "The amount must be more than zero.");
  }
  const about = { treasuryId, at, reason, evidenceSha256 };
  const shown = { manual: true as const, day: dayOf(at), from, amount };
  if (command.type === "MoveFunds") {
    const { to, fee } = command;
    const movement = { ...shown, to, fee, postings: moved(command) };
    return [{ type: "FundsMoved", public: movement, private: about, sealed: {} }];
  }
  const expense = { ...shown, fund: command.fund, postings: paid(command) };
  return [{ type: "ExpensePaid", public: expense, private: about, sealed: {} }];
}

function undo(command: UndoTreasury, state: TreasuryState): Draft<TreasuryEvent>[] {
  if (state.status === "undone") return [];
  if (state.status === "absent") {
    throw new DomainError("NOT_UNDOABLE", "The treasury has no such entry.");
  }
  const { treasuryId, at, reason, evidenceSha256, correctedEventId } = command;
  const postings = negation(state.postings);
  return [
    {
      type: "TreasuryCorrected",
      public: { manual: true, day: dayOf(at), postings, corrects: state.type },
      private: { treasuryId, at, reason, evidenceSha256, correctedEventId },
      sealed: {},
    },
  ];
}

/** The fee is borne by the infrastructure fund, as those of payouts are. */
const moved = ({ from, to, amount, fee }: MoveFunds): Posting[] =>
  entry(
    debit(`assets:${to}:balance`, amount),
    credit(`assets:${from}:balance`, plus(amount, fee)),
    debit(`expenses:payout-fees:${from}`, fee),
    debit("liabilities:pool:infrastructure", fee),
    credit("expenses:dedicated", fee),
  );

const paid = ({ fund, from, amount }: PayExpense): Posting[] =>
  entry(
    debit(`expenses:${fund}`, amount),
    credit(`assets:${from}:balance`, amount),
    debit(`liabilities:pool:${fund}`, amount),
    credit("expenses:dedicated", amount),
  );

const opens = ({ type }: TreasuryCommand): boolean => type !== "UndoTreasury";

export const treasuryDecider: Aggregate<
  Pick<TreasuryCommand, "treasuryId">,
  TreasuryState,
  TreasuryCommand,
  TreasuryEvent
> = {
  streamOf: ({ treasuryId }) => treasuryStream(treasuryId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.treasury, opens },
};
