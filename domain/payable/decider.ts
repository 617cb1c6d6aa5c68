import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import { appealShare, rejectAppeal } from "./appeals.js";
import type { PayableCommand } from "./commands.js";
import { endPayout } from "./endPayout.js";
import { type PayableEvent, type PayableName, payableStream } from "./events.js";
import { initialState, type PayableState } from "./fates.js";
import { lapseShare } from "./lapseShare.js";
import { requestPayout } from "./requestPayout.js";
import { restoreShare } from "./restoreShare.js";
import { noteSent, sendPayout } from "./sendPayout.js";
import { evolve } from "./state.js";
import { voidShare } from "./voidShare.js";
import { waiveShare } from "./waiveShare.js";
import { withdrawPayout } from "./withdrawPayout.js";

/** Each command has a file of its own. */
function decide(command: PayableCommand, state: PayableState): Draft<PayableEvent>[] {
  switch (command.type) {
    case "VoidShare":
      return voidShare(command, state);
    case "RestoreShare":
      return restoreShare(command, state);
    case "WaiveShare":
      return waiveShare(command, state);
    case "LapseShare":
      return lapseShare(command, state);
    case "AppealShare":
      return appealShare(command, state);
    case "RejectAppeal":
      return rejectAppeal(command, state);
    case "RequestPayout":
      return requestPayout(command, state);
    case "WithdrawPayout":
      return withdrawPayout(command, state);
    case "SendPayout":
      return sendPayout(command, state);
    case "NoteSent":
      return noteSent(command, state);
    case "EndPayout":
      return endPayout(command, state);
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
    case "WithdrawPayout":
    case "SendPayout":
    case "NoteSent":
    case "EndPayout":
      return false;
    case "RequestPayout":
      return true;
  }
}

export const payableDecider: Aggregate<PayableName, PayableState, PayableCommand, PayableEvent> = {
  streamOf: payableStream,
  initialState,
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.payable, opens },
};
