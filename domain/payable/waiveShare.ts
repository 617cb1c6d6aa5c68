import type { Draft } from "../message.js";
import type { WaiveShare } from "./commands.js";
import type { PayableEvent } from "./events.js";
import { movesShare } from "./movesShare.js";
import { fateOf, type PayableState, requireOwed } from "./state.js";

/** @throws DomainError NOTHING_TO_VOID, SHARE_NOT_OWED */
export function waiveShare(command: WaiveShare, fates: PayableState): Draft<PayableEvent>[] {
  const { operatorId, at, to } = command;
  const fate = fateOf(fates, command);
  if (fate?.status === "waived" && fate.to === to) return [];
  requireOwed(fates, command);
  return [
    {
      type: "ShareWaived",
      public: { ...movesShare(command, `liabilities:pool:${to}`), to },
      private: { operatorId, at },
      sealed: {},
    },
  ];
}
