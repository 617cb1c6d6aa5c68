import { DomainError } from "../errors.js";
import type { Draft } from "../message.js";
import type { AcceptPayee, LinkPayee } from "./commands.js";
import type { OperatorEvent } from "./events.js";
import type { OperatorState } from "./state.js";

/** Linked, or held where it is another operator's and no maintainer accepted it yet. */
export function linkPayee(
  command: Omit<LinkPayee, "type">,
  { payeeId, linked, held }: Pick<OperatorState, "payeeId" | "linked" | "held">,
): Draft<OperatorEvent>[] {
  const { isOthers, operatorId, at } = command;
  const about = { operatorId, at, payeeId: command.payeeId };
  if (payeeId === command.payeeId) return [];
  if (!isOthers || linked.has(command.payeeId)) {
    return [{ type: "PayeeLinked", public: {}, private: about, sealed: {} }];
  }
  if (held.has(command.payeeId)) return [];
  return [{ type: "PayeeHeld", public: {}, private: about, sealed: {} }];
}

export function acceptPayee(
  { type: _, ...about }: AcceptPayee,
  state: OperatorState,
): Draft<OperatorEvent>[] {
  if (state.payeeId === about.payeeId) return [];
  if (!state.held.has(about.payeeId)) {
    throw new DomainError("PAYEE_NOT_HELD", "This operator has no such payee that waits.");
  }
  return [{ type: "PayeeLinked", public: {}, private: about, sealed: {} }];
}
