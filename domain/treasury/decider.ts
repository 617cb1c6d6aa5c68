import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { isPositive, isZero, type Money, plus } from "../money/money.js";
import { credit, debit, entry, negation, type Posting } from "../money/postings.js";
import { dayOf } from "../time.js";
import type {
  ChargeFee,
  MoveFunds,
  PayExpense,
  TreasuryCommand,
  TreasuryEntry,
  UndoTreasury,
} from "./commands.js";
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
    case "ProviderFeeCharged":
      return { status: "entered", type, postings: data.public.postings };
    case "TreasuryCorrected":
      return { status: "undone" };
  }
}

/** What was undone stays so: entered again, it is an entry of its own. */
function decide(command: TreasuryCommand, state: TreasuryState): Draft<TreasuryEvent>[] {
  if (command.type === "UndoTreasury") return undo(command, state);
  return state.status === "absent" ? [enter(command)] : [];
}

function enter(entry: TreasuryEntry): Draft<TreasuryEvent> {
  switch (entry.type) {
    case "MoveFunds":
      return move(entry);
    case "PayExpense":
      return payExpense(entry);
    case "ChargeFee":
      return chargeFee(entry);
  }
}

function move(command: MoveFunds): Draft<TreasuryEvent> {
  const { treasuryId, at, reason, evidenceSha256, from, to, amount, fee, received } = command;
  refuseNotPositive(amount);
  const shown = { manual: true as const, day: dayOf(at), from, to, amount, fee };
  const about = { treasuryId, at, reason, evidenceSha256 };
  if (received === undefined) {
    const postings = moved(command);
    return { type: "FundsMoved", public: { ...shown, postings }, private: about, sealed: {} };
  }
  refuseNotPositive(received);
  if (received.currency === amount.currency) {
    throw new DomainError(
      "NOT_A_CONVERSION",
      "What arrived is in the same currency: enter the amount that moved, and the fee.",
    );
  }
  const postings = converted(command, received);
  const movement = { ...shown, received, postings };
  return { type: "FundsMoved", public: movement, private: about, sealed: {} };
}

function payExpense(command: PayExpense): Draft<TreasuryEvent> {
  const { treasuryId, at, reason, evidenceSha256, from, fund, amount } = command;
  refuseNotPositive(amount);
  const shown = { manual: true as const, day: dayOf(at), from, fund, amount };
  return {
    type: "ExpensePaid",
    public: { ...shown, postings: paid(command) },
    private: { treasuryId, at, reason, evidenceSha256 },
    sealed: {},
  };
}

function chargeFee(command: ChargeFee): Draft<TreasuryEvent> {
  const { treasuryId, at, reason, evidenceSha256, from, amount, transactionId } = command;
  if (isZero(amount)) throw notPositive();
  const entered = evidenceSha256 === undefined ? {} : { manual: true as const };
  const evidence = evidenceSha256 === undefined ? {} : { evidenceSha256 };
  return {
    type: "ProviderFeeCharged",
    public: { ...entered, day: dayOf(at), from, amount, postings: charged(command) },
    private: { treasuryId, at, reason, ...evidence, transactionId },
    sealed: {},
  };
}

const notPositive = () =>
  new DomainError("AMOUNT_NOT_POSITIVE", "The amount must be more than zero.");

function refuseNotPositive(amount: Money): void {
  if (!isPositive(amount)) throw notPositive();
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

/**
 * Money that is not shared out yet leaves one currency's pool and joins the other's. It bears the fee
 * itself: the fund may never have anything in a currency that is not shared out.
 */
function converted({ from, to, amount, fee }: MoveFunds, received: Money): Posting[] {
  const left = plus(amount, fee);
  return entry(
    credit(`assets:${from}:balance`, left),
    debit("equity:conversion", amount),
    debit(`expenses:payout-fees:${from}`, fee),
    debit("liabilities:undistributed", left),
    credit("expenses:dedicated", left),
    debit(`assets:${to}:balance`, received),
    credit("equity:conversion", received),
    credit("liabilities:undistributed", received),
    debit("expenses:dedicated", received),
  );
}

const charged = ({ from, amount }: ChargeFee): Posting[] =>
  entry(
    debit(`expenses:payout-fees:${from}`, amount),
    credit(`assets:${from}:balance`, amount),
    debit("liabilities:pool:infrastructure", amount),
    credit("expenses:dedicated", amount),
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
