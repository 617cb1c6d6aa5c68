import type { PayableEvent } from "./events.js";
import { type Fate, fateOf, nameOf, type PayableState, type ShareName } from "./fates.js";
import * as payouts from "./payoutState.js";

export function evolve(state: PayableState, event: PayableEvent): PayableState {
  const { type } = event;
  switch (type) {
    case "ShareVoided": {
      const { at, evidenceSha256 } = event.data.private;
      const fate = { status: "voided", at, evidenceSha256, appeal: "none" } as const;
      return set(state, event.data.public, fate);
    }
    case "ShareRestored": {
      const fate = fateOf(state, event.data.public);
      if (fate?.status !== "voided") return state;
      const { evidenceSha256 } = fate;
      return set(state, event.data.public, { status: "restored", evidenceSha256 });
    }
    case "ShareWaived": {
      const { to } = event.data.public;
      return set(state, event.data.public, { status: "waived", to });
    }
    case "ShareLapsed":
      return set(state, event.data.public, { status: "lapsed" });
    case "ShareAppealed":
      return withAppeal(state, event.data.private, "open");
    case "ShareAppealRejected":
      return withAppeal(state, event.data.private, "rejected");
    case "PayoutRequested":
      return payouts.request(state, event.data.private);
    case "PayoutWithdrawn":
      return payouts.withdraw(state, event.data.private);
    case "PayoutSending":
      return payouts.startSending(state, event.data.private);
    case "PayoutSent":
      return payouts.noteSent(state, event.data.private);
    case "PayoutCompleted":
      return payouts.complete(state, event.data.private);
    case "PayoutFailed":
      return payouts.giveBack(state, event.data.private, "failed");
    case "PayoutReturned":
      return payouts.giveBack(state, event.data.private, "returned");
  }
}

function set(state: PayableState, share: ShareName, fate: Fate): PayableState {
  state.fates.set(nameOf(share), fate);
  return state;
}

function withAppeal(
  state: PayableState,
  share: ShareName,
  appeal: "open" | "rejected",
): PayableState {
  const fate = fateOf(state, share);
  return fate?.status === "voided" ? set(state, share, { ...fate, appeal }) : state;
}
