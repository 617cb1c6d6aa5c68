import { DomainError } from "../errors.js";
import { boundEventsMax } from "../limits.js";
import type { Aggregate, Draft } from "../message.js";
import type { PledgeCommand } from "./commands.js";
import { type DonationPledged, type PledgeEvent, pledgeStream } from "./events.js";

export type PledgeState =
  | { readonly status: "absent" }
  | {
      readonly status: "open" | "paid" | "expired";
      readonly pledged: DonationPledged;
      /** The payment that came first. */
      readonly paidBy?: string;
    };

function evolve(state: PledgeState, event: PledgeEvent): PledgeState {
  switch (event.type) {
    case "DonationPledged":
      return { status: "open", pledged: event };
    case "PledgePaid":
      return state.status === "absent"
        ? state
        : { ...state, status: "paid", paidBy: event.data.private.externalId };
    case "PledgeExpired":
      return state.status === "absent" ? state : { ...state, status: "expired" };
  }
}

function decide(command: PledgeCommand, state: PledgeState): Draft<PledgeEvent>[] {
  if (command.type === "PledgeDonation") return pledge(command, state);
  if (state.status === "absent") {
    throw new DomainError("PLEDGE_NOT_FOUND", "There is no such pledge.");
  }
  return decidePledged(command, state.status);
}

function decidePledged(
  command: Exclude<PledgeCommand, Pledge>,
  status: "open" | "paid" | "expired",
): Draft<PledgeEvent>[] {
  switch (command.type) {
    case "PayPledge": {
      const { type: _, ...about } = command;
      if (status === "paid") return [];
      return [{ type: "PledgePaid", public: {}, private: about, sealed: {} }];
    }
    case "ExpirePledge": {
      const { type: _, ...about } = command;
      if (status !== "open") return [];
      return [{ type: "PledgeExpired", public: {}, private: about, sealed: {} }];
    }
  }
}

type Pledge = Extract<PledgeCommand, { type: "PledgeDonation" }>;

function pledge(command: Pledge, state: PledgeState): Draft<PledgeEvent>[] {
  if (state.status !== "absent") return [];
  const { type: _, message, ...about } = command;
  const sealed = { ...(message !== undefined && { message }) };
  return [{ type: "DonationPledged", public: {}, private: about, sealed }];
}

function opens(command: PledgeCommand): boolean {
  switch (command.type) {
    case "PledgeDonation":
      return true;
    case "PayPledge":
    case "ExpirePledge":
      return false;
  }
}

export const pledgeDecider: Aggregate<
  Pick<PledgeCommand, "pledgeId">,
  PledgeState,
  PledgeCommand,
  PledgeEvent
> = {
  streamOf: ({ pledgeId }) => pledgeStream(pledgeId),
  initialState: () => ({ status: "absent" }),
  evolve,
  decide,
  bound: { eventsMax: boundEventsMax.pledge, opens },
};
