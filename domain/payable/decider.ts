import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { isPositive } from "../money/money.js";
import { credit, debit } from "../money/postings.js";
import { dayOf } from "../time.js";
import type { PayableCommand, VoidShare } from "./commands.js";
import { type PayableEvent, type PayableName, payableStream } from "./events.js";

/** The shares that are gone, by their names. */
type State = Set<string>;

const nameOf = ({ month, payId }: { readonly month: string; readonly payId: string }): string =>
  `${month} ${payId}`;

function evolve(gone: State, { type, data }: PayableEvent): State {
  switch (type) {
    case "ShareVoided":
      return gone.add(nameOf(data.public));
  }
}

function decide(command: PayableCommand, gone: State): Draft<PayableEvent>[] {
  switch (command.type) {
    case "VoidShare":
      return gone.has(nameOf(command)) ? [] : voidShare(command);
  }
}

function voidShare(command: VoidShare): Draft<PayableEvent>[] {
  const { operatorId, month, payId, amount, reason, evidenceSha256, at } = command;
  if (!isPositive(amount)) {
    throw new DomainError(
      "NOTHING_TO_VOID",
      "That share is nothing: there is nothing to take back.",
    );
  }
  const postings = [
    debit(`liabilities:node:${payId}`, amount),
    credit("liabilities:pool:workers", amount),
  ];
  return [
    {
      type: "ShareVoided",
      public: { month, payId, amount, day: dayOf(at), postings },
      private: { operatorId, at, reason, evidenceSha256 },
      sealed: {},
    },
  ];
}

const opens = (): boolean => false;

export const payableDecider: Aggregate<PayableName, State, PayableCommand, PayableEvent> = {
  streamOf: payableStream,
  initialState: () => new Set(),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.payable, opens },
};
