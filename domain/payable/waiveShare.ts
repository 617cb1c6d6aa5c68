import type { Draft } from "../message.js";
import type { WaiveShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { accountOwing, fateOf, type PayableState, requireOwed } from "./fates.js";
import { movesShare } from "./movesShare.js";

/** @throws DomainError NOTHING_TO_VOID, SHARE_NOT_OWED */
export function waiveShare(command: WaiveShare, state: PayableState): Draft<PayableEvent>[] {
  const { operatorId, at, to } = command;
  const fate = fateOf(state, command);
  if (fate?.status === "waived" && fate.to === to) return [];
  requireOwed(state, command);
  return [
    {
      type: "ShareWaived",
      public: {
        ...movesShare(command, `liabilities:pool:${to}`, accountOwing(state, command)),
        to,
      },
      private: { operatorId, at },
      sealed: {},
    },
  ];
}
