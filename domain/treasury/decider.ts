import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { isPositive, plus } from "../money/money.js";
import { credit, debit, entry, type Posting } from "../money/postings.js";
import { dayOf } from "../time.js";
import type { MoveFunds, PayExpense, TreasuryCommand } from "./commands.js";
import { type TreasuryEvent, treasuryStream } from "./events.js";

type State = "absent" | "done";

const evolve = (_: State, { type }: TreasuryEvent): State => stateAfter[type];

const stateAfter: Record<TreasuryEvent["type"], State> = {
  FundsMoved: "done",
  ExpensePaid: "done",
};

function decide(command: TreasuryCommand, state: State): Draft<TreasuryEvent>[] {
  if (state === "done") return [];
  const { treasuryId, at, reason, evidenceSha256, amount, from } = command;
  if (!isPositive(amount)) {
    throw new DomainError("AMOUNT_NOT_POSITIVE", "The amount must be more than zero.");
  }
  const about = { treasuryId, at, reason, evidenceSha256 };
  const shown = { manual: true as const, day: dayOf(at), from, amount };
  switch (command.type) {
    case "MoveFunds": {
      const { to, fee } = command;
      const movement = { ...shown, to, fee, postings: moved(command) };
      return [{ type: "FundsMoved", public: movement, private: about, sealed: {} }];
    }
    case "PayExpense": {
      const expense = { ...shown, fund: command.fund, postings: paid(command) };
      return [{ type: "ExpensePaid", public: expense, private: about, sealed: {} }];
    }
  }
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

const opens = (): boolean => true;

export const treasuryDecider: Aggregate<
  Pick<TreasuryCommand, "treasuryId">,
  State,
  TreasuryCommand,
  TreasuryEvent
> = {
  streamOf: ({ treasuryId }) => treasuryStream(treasuryId),
  initialState: () => "absent",
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.treasury, opens },
};
