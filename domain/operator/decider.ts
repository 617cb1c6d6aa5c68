import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { AcceptPayee, LinkPayee, OperatorCommand } from "./commands.js";
import { type OperatorEvent, operatorStream } from "./events.js";

export interface OperatorState {
  /** Who is paid for the operator's nodes. */
  payeeId: string | undefined;
  /** Every payee that it ever was: what was accepted once is not held again. */
  readonly linked: Set<string>;
  /** Waits for a maintainer. */
  readonly held: Set<string>;
}

function evolve(state: OperatorState, { type, data }: OperatorEvent): OperatorState {
  const { payeeId } = data.private;
  switch (type) {
    case "PayeeLinked":
      state.payeeId = payeeId;
      state.linked.add(payeeId);
      state.held.delete(payeeId);
      return state;
    case "PayeeHeld":
      state.held.add(payeeId);
      return state;
  }
}

function decide(command: OperatorCommand, state: OperatorState): Draft<OperatorEvent>[] {
  switch (command.type) {
    case "LinkPayee":
      return link(command, state);
    case "AcceptPayee":
      return accept(command, state);
  }
}

function link(
  command: LinkPayee,
  { payeeId, linked, held }: OperatorState,
): Draft<OperatorEvent>[] {
  const { type: _, isOthers, ...about } = command;
  if (payeeId === command.payeeId) return [];
  if (!isOthers || linked.has(command.payeeId)) {
    return [{ type: "PayeeLinked", public: {}, private: about, sealed: {} }];
  }
  if (held.has(command.payeeId)) return [];
  return [{ type: "PayeeHeld", public: {}, private: about, sealed: {} }];
}

function accept({ type: _, ...about }: AcceptPayee, state: OperatorState): Draft<OperatorEvent>[] {
  if (state.payeeId === about.payeeId) return [];
  if (!state.held.has(about.payeeId)) {
    throw new DomainError("PAYEE_NOT_HELD", "This operator has no such payee that waits.");
  }
  return [{ type: "PayeeLinked", public: {}, private: about, sealed: {} }];
}

export const operatorDecider: Aggregate<
  Pick<OperatorCommand, "operatorId">,
  OperatorState,
  OperatorCommand,
  OperatorEvent
> = {
  streamOf: ({ operatorId }) => operatorStream(operatorId),
  initialState: () => ({ payeeId: undefined, linked: new Set(), held: new Set() }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.operator, opens: ({ type }) => type === "LinkPayee" },
};
