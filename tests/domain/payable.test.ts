import { describe, expect, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { PayableCommand } from "../../domain/payable/commands.js";
import { payableDecider } from "../../domain/payable/decider.js";
import type { PayableEvent } from "../../domain/payable/events.js";
import { plusMs } from "../../domain/time.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { money } from "../support/donations.js";
import { idOf } from "../support/generations.js";
import { item, share as owed, requestOf } from "../support/payouts.js";

const given = deciderSpec(payableDecider);
const at = "2026-12-05T09:00:00.000Z";
const share = { operatorId: idOf(1), currency: "EUR", month: "2026-11", payId: idOf(2), at };
const amount = money("12.34 EUR");
const evidence = { reason: "The node handed in copies.", evidenceSha256: "a".repeat(64) };
const node = `liabilities:node:${idOf(2)}`;

const voidShare = { type: "VoidShare" as const, ...share, amount, ...evidence };
const restore = { type: "RestoreShare" as const, ...share, amount, ...evidence };
const waive = { type: "WaiveShare" as const, ...share, amount, to: "development" as const };
const words = { personId: idOf(1), purpose: "account" as const, text: "They were my own loops." };
const appeal = { type: "AppealShare" as const, ...share, words };
const reject = { type: "RejectAppeal" as const, ...share, ...evidence };
const finalizedAt = "2026-12-01T00:10:00.000Z";
const lapse = {
  type: "LapseShare" as const,
  ...{ ...share, amount, finalizedAt, at: "2029-12-01T00:10:00.000Z" },
};

function eventsOf(...commands: PayableCommand[]) {
  const state = payableDecider.initialState();
  return commands.flatMap((command) => {
    const drafts = payableDecider.decide(command, state);
    for (const draft of drafts)
      payableDecider.evolve(state, { type: draft.type, data: draft } as never);
    return drafts;
  });
}
const postingsAfter = (...commands: PayableCommand[]) =>
  eventsOf(...commands).map((draft) => Object(draft.public).postings);
const moved = (to: string, sign = "") => [
  { account: node, amount: `${sign}12.34`, currency: "EUR" },
  { account: to, amount: `${sign === "" ? "-" : ""}12.34`, currency: "EUR" },
];

describe("a share that is taken back", () => {
  it("goes back to the workers", () => {
    expect(postingsAfter(voidShare)).toEqual([moved("liabilities:pool:workers")]);
  });
  it("goes once, and leaves others as they are", () => {
    given(...eventsOf(voidShare))
      .when(voidShare)
      .thenNothing();
    const others = [{ month: "2026-12" }, { payId: idOf(3) }];
    for (const other of others) {
      const command = { ...voidShare, ...other };
      given(...eventsOf(voidShare))
        .when(command)
        .thenEvents(...eventsOf(command));
    }
  });
  it("is something", () => {
    given()
      .when({ ...voidShare, amount: money("0.00 EUR") })
      .thenRejects("NOTHING_TO_VOID");
  });
  it("is owed again once that is undone, out of the development fund, once", () => {
    const [, postings] = postingsAfter(voidShare, restore);
    expect(postings).toEqual(moved("liabilities:pool:development", "-"));
    given(...eventsOf(voidShare, restore))
      .when(restore)
      .thenNothing();
    given().when(restore).thenRejects("SHARE_NOT_VOIDED");
  });
  it("is not taken back a second time by the same evidence, but by another", () => {
    const undone = eventsOf(voidShare, restore);
    given(...undone)
      .when(voidShare)
      .thenRejects("TAKE_BACK_UNDONE");
    const other = { ...voidShare, evidenceSha256: "b".repeat(64) };
    given(...undone)
      .when(other)
      .thenEvents(...eventsOf(other));
  });
});

describe("an appeal", () => {
  it("is possible once, for 14 days after the share was taken back", () => {
    const fourteenDays = 14 * 24 * 3_600_000;
    const taken = eventsOf(voidShare);
    given(...taken)
      .when({ ...appeal, at: plusMs(at, fourteenDays - 1) })
      .thenEvents(...eventsOf(voidShare, { ...appeal, at: plusMs(at, fourteenDays - 1) }).slice(1));
    given(...taken)
      .when({ ...appeal, at: plusMs(at, fourteenDays) })
      .thenRejects("APPEAL_TOO_LATE");
    given(...eventsOf(voidShare, appeal))
      .when(appeal)
      .thenNothing();
    given().when(appeal).thenRejects("SHARE_NOT_VOIDED");
  });
  it("is answered once, by a no or by the share", () => {
    given(...eventsOf(voidShare, appeal))
      .when(reject)
      .thenEvents(...eventsOf(voidShare, appeal, reject).slice(2));
    given(...eventsOf(voidShare, appeal, reject))
      .when(reject)
      .thenNothing();
    given(...eventsOf(voidShare))
      .when(reject)
      .thenRejects("NO_APPEAL");
    given(...eventsOf(voidShare, appeal, restore))
      .when(reject)
      .thenRejects("SHARE_NOT_VOIDED");
  });
});

describe("a share that its operator does without", () => {
  it.each(["workers", "development"] as const)("goes to %s", (to) => {
    expect(postingsAfter({ ...waive, to })).toEqual([moved(`liabilities:pool:${to}`)]);
  });
  it("goes once, and to one", () => {
    given(...eventsOf(waive))
      .when(waive)
      .thenNothing();
    given(...eventsOf(waive))
      .when({ ...waive, to: "workers" })
      .thenRejects("SHARE_NOT_OWED");
  });
  it("is neither gone already nor taken back later", () => {
    given(...eventsOf(voidShare))
      .when(waive)
      .thenRejects("SHARE_NOT_OWED");
    given(...eventsOf(waive))
      .when(voidShare)
      .thenRejects("SHARE_NOT_OWED");
  });
});

describe("a share that nobody could be paid", () => {
  it("lapses after 36 months, and not before", () => {
    expect(postingsAfter(lapse)).toEqual([moved("liabilities:pool:workers")]);
    const early = { ...lapse, at: "2029-12-01T00:09:59.999Z" };
    expect(() => eventsOf(early)).toThrow("does not lapse yet");
  });
  it("lapses once, and not where something else became of it", () => {
    for (const first of [lapse, waive, voidShare]) {
      given(...eventsOf(first))
        .when(lapse)
        .thenNothing();
    }
  });
});

function eventsAfter(...commands: PayableCommand[]): Draft<PayableEvent>[] {
  const events: Draft<PayableEvent>[] = [];
  for (const command of commands) {
    events.push(...payableDecider.decide(command, stateAfter(payableDecider, events)));
  }
  return events;
}

describe("a payout", () => {
  const shares = [owed(idOf(2), "12.34"), owed(idOf(3), "7.66")];
  const { type: _, ...request } = requestOf(item(101, idOf(1), shares));
  const { payeeId: _payee, country: _country, destination: _place, ...planned } = request;
  const ask = { type: "RequestPayout" as const, ...request };
  const withdraw = { type: "WithdrawPayout" as const, ...planned, reason: "frozen" };
  const { operatorId, currency, payoutId, at } = request;
  const about = { operatorId, currency, payoutId, at };
  const sending = { type: "SendPayout" as const, ...about };
  const sent = { type: "NoteSent" as const, ...about, reference: "tr_1" };
  const end = (outcome: "completed" | "failed" | "returned") => ({
    ...{ type: "EndPayout" as const, ...about, outcome, reference: "line 7" },
  });
  const again = { ...ask, payoutId: idOf(102), batchId: idOf(200) };
  const returned = shares.map((each) => ({ ...each, isReturned: true }));

  it("takes its shares once", () => {
    given(...eventsAfter(ask))
      .when(ask)
      .thenNothing();
    given(...eventsAfter(ask))
      .when(again)
      .thenRejects("SHARE_NOT_OWED");
    given(...eventsAfter(voidShare))
      .when(ask)
      .thenRejects("SHARE_NOT_OWED");
    given(...eventsAfter(ask, sending, sent, end("completed")))
      .when(again)
      .thenRejects("SHARE_NOT_OWED");
  });
  it("keeps its shares from being taken back while it is under way, and once it is paid", () => {
    given(...eventsAfter(ask))
      .when(voidShare)
      .thenRejects("SHARE_NOT_OWED");
    given(...eventsAfter(ask, sending, end("completed")))
      .when(voidShare)
      .thenRejects("SHARE_NOT_OWED");
    expect(eventsAfter(ask, withdraw, voidShare)).toHaveLength(3);
  });
  it("that was withdrawn stays so, even when it was not requested yet", () => {
    for (const past of [eventsAfter(withdraw), eventsAfter(ask, withdraw)]) {
      given(...past)
        .when(ask)
        .thenRejects("PAYOUT_ENDED");
      given(...past)
        .when(sending)
        .thenRejects("PAYOUT_ENDED");
      given(...past)
        .when(withdraw)
        .thenNothing();
      expect(eventsAfter(...[ask, withdraw, again])).toHaveLength(3);
    }
    given(...eventsAfter(ask, sending))
      .when(withdraw)
      .thenRejects("PAYOUT_ENDED");
  });
  it("does not release what another payout has by now", () => {
    given(...eventsAfter(withdraw, again))
      .when({ ...again, payoutId: idOf(103) })
      .thenRejects("SHARE_NOT_OWED");
    given(...eventsAfter(again, withdraw))
      .when({ ...again, payoutId: idOf(103) })
      .thenRejects("SHARE_NOT_OWED");
  });
  it("that failed or came back is owed from the money that came back", () => {
    for (const past of [
      eventsAfter(ask, sending, end("failed")),
      eventsAfter(ask, sending, sent, end("completed"), end("returned")),
    ]) {
      given(...past)
        .when(again)
        .thenRejects("SHARE_NOT_OWED");
      const paidAgain = { ...again, shares: returned };
      expect(payableDecider.decide(paidAgain, stateAfter(payableDecider, past))).toHaveLength(1);
      const taken = payableDecider.decide(voidShare, stateAfter(payableDecider, past));
      expect(taken[0]?.public).toMatchObject({
        postings: [{ account: "liabilities:payout:returned" }, {}],
      });
    }
  });
  it("that is withdrawn leaves its shares as they were", () => {
    const undone = eventsAfter(voidShare, restore, ask, withdraw);
    given(...undone)
      .when(voidShare)
      .thenRejects("TAKE_BACK_UNDONE");
  });
  it("has one outcome, and can only come back once it is paid", () => {
    given(...eventsAfter(ask))
      .when(end("completed"))
      .thenRejects("PAYOUT_NOT_SENT");
    given(...eventsAfter(ask, sending, end("failed")))
      .when(end("completed"))
      .thenRejects("PAYOUT_ENDED_OTHERWISE");
    given(...eventsAfter(ask, sending))
      .when(end("returned"))
      .thenRejects("PAYOUT_ENDED_OTHERWISE");
    given(...eventsAfter(ask, sending, end("completed")))
      .when(end("completed"))
      .thenNothing();
    given(...eventsAfter(ask, sending))
      .when(sending)
      .thenNothing();
    given(...eventsAfter(ask))
      .when(sent)
      .thenRejects("PAYOUT_NOT_SENT");
    given().when(sending).thenRejects("PAYOUT_NOT_FOUND");
  });
});
