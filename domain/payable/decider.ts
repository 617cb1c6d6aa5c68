import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { PayableCommand } from "./commands.js";
import { type PayableEvent, type PayableName, payableStream } from "./events.js";
import { evolve, type PayableState } from "./state.js";
import { voidShare } from "./voidShare.js";

/** Each command has a file of its own. */
function decide(command: PayableCommand, fates: PayableState): Draft<PayableEvent>[] {
  switch (command.type) {
    case "VoidShare":
      return voidShare(command, fates);
  }
}

function opens({ type }: PayableCommand): boolean {
  switch (type) {
    case "VoidShare":
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
