import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { GivePayeeDetails, OperatorCommand, ReceivePayeeForm } from "./commands.js";
import { type OperatorEvent, operatorStream } from "./events.js";
import { acceptPayee, linkPayee } from "./payee.js";
import { decideAccount, refuseTooOften } from "./payoutAccount.js";
import { evolve, initialState, type OperatorState } from "./state.js";

function decide(command: OperatorCommand, state: OperatorState): Draft<OperatorEvent>[] {
  switch (command.type) {
    case "LinkPayee":
      return linkPayee(command, state);
    case "AcceptPayee":
      return acceptPayee(command, state);
    case "GivePayeeDetails":
      return giveDetails(command, state);
    case "ReceivePayeeForm":
      return receiveForm(command, state);
    default:
      return decideAccount(command, state);
  }
}

function giveDetails(command: GivePayeeDetails, state: OperatorState): Draft<OperatorEvent>[] {
  const { operatorId, at, legalName, country, standing } = command;
  refuseTooOften(state, at);
  const sealed = { legalName, country, standing };
  return [{ type: "PayeeDetailsGiven", public: {}, private: { operatorId, at }, sealed }];
}

function receiveForm(
  { type: _, ...received }: ReceivePayeeForm,
  { hasForm }: OperatorState,
): Draft<OperatorEvent>[] {
  if (hasForm) return [];
  return [{ type: "PayeeFormReceived", public: {}, private: received, sealed: {} }];
}

/** Naming an account opens something; proving, removing, freezing and what a maintainer enters do not. */
const opening: ReadonlySet<OperatorCommand["type"]> = new Set([
  "LinkPayee",
  "LinkPayoutAccount",
  "GivePayeeDetails",
]);

export const operatorDecider: Aggregate<
  Pick<OperatorCommand, "operatorId">,
  OperatorState,
  OperatorCommand,
  OperatorEvent
> = {
  streamOf: ({ operatorId }) => operatorStream(operatorId),
  initialState,
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.operator, opens: ({ type }) => opening.has(type) },
};
