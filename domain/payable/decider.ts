import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { appealShare, rejectAppeal } from "./appeals.js";
import type { PayableCommand } from "./commands.js";
import { type PayableEvent, type PayableName, payableStream } from "./events.js";
import { lapseShare } from "./lapseShare.js";
import { restoreShare } from "./restoreShare.js";
import { evolve, type PayableState } from "./state.js";
import { voidShare } from "./voidShare.js";
import { waiveShare } from "./waiveShare.js";

/** Each command has a file of its own. */
function decide(command: PayableCommand, fates: PayableState): Draft<PayableEvent>[] {
  switch (command.type) {
    case "VoidShare":
      return voidShare(command, fates);
    case "RestoreShare":
      return restoreShare(command, fates);
    case "WaiveShare":
      return waiveShare(command, fates);
    case "LapseShare":
      return lapseShare(command, fates);
    case "AppealShare":
      return appealShare(command, fates);
    case "RejectAppeal":
      return rejectAppeal(command, fates);
  }
}

function opens({ type }: PayableCommand): boolean {
  switch (type) {
    case "VoidShare":
    case "RestoreShare":
    case "WaiveShare":
    case "LapseShare":
    case "AppealShare":
    case "RejectAppeal":
      return false;
  }
}

export const payableDecider: Aggregate<PayableName, PayableState, PayableCommand, PayableEvent> = {
  streamOf: payableStream,
  initialState: () => new Map(),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.payable, opens },
};
