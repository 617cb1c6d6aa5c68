import { describe, expect, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { PayoutBatchCommand } from "../../domain/payoutBatch/commands.js";
import { payoutBatchDecider } from "../../domain/payoutBatch/decider.js";
import type { ItemOutcome, PayoutBatchEvent } from "../../domain/payoutBatch/events.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { idOf } from "../support/generations.js";
import {
  approve,
  at,
  batchId,
  digestOf,
  item,
  items,
  plan,
  send,
  share,
} from "../support/payouts.js";

const given = deciderSpec(payoutBatchDecider);

function eventsAfter(...commands: PayoutBatchCommand[]): Draft<PayoutBatchEvent>[] {
  const events: Draft<PayoutBatchEvent>[] = [];
  for (const command of commands) {
    events.push(...payoutBatchDecider.decide(command, stateAfter(payoutBatchDecider, events)));
  }
  return events;
}
const linesOf = (...events: Draft<PayoutBatchEvent>[]) =>
  events.flatMap(({ public: shown }) =>
    "postings" in shown ? shown.postings.map(({ account, amount }) => `${account} ${amount}`) : [],
  );
const withdraw = {
  ...{ type: "WithdrawItem" as const, batchId, payoutId: idOf(102), reason: "frozen", at },
};
const outcomeOf = (payout: number, outcome: ItemOutcome["outcome"], fee = "0.00"): ItemOutcome => ({
  ...{ payoutId: idOf(payout), outcome, fee, reference: "line 7" },
});
const record = (...outcomes: ItemOutcome[]) => ({
  ...{ type: "RecordOutcomes" as const, batchId, at, outcomes },
});
const statement = { sha256: "e".repeat(64), coversUntil: "2026-12-24" };

describe("a batch that is planned", () => {
  it("is the same plan when it is planned again", () => {
    given(...eventsAfter(plan))
      .when(plan)
      .thenNothing();
  });
  it("holds payouts that are the sum of their shares, and each share once", () => {
    const wrong = [
      { ...plan, items: [] },
      { ...plan, items: [items[0], items[0]].flatMap((each) => each ?? []) },
      { ...plan, items: items.map((each) => ({ ...each, amount: "25.01" })) },
      { ...plan, items: [...items, item(103, idOf(3), [share(idOf(11), "20.00")])] },
    ];
    for (const command of wrong) given().when(command).thenRejects("PAYOUT_PLAN_WRONG");
  });
  it("loses a payout that is withdrawn, and closes with the last one", () => {
    const rest = items.slice(0, 1);
    const [event] = eventsAfter(plan, withdraw).slice(1);
    expect(event?.private).toMatchObject({ digest: digestOf(rest), payoutId: idOf(102) });
    given(...eventsAfter(plan, withdraw))
      .when(withdraw)
      .thenNothing();
    const both = eventsAfter(plan, withdraw, { ...withdraw, payoutId: idOf(101) });
    expect(both.map(({ type }) => type)).toEqual([
      ...["BatchPlanned", "BatchItemWithdrawn", "BatchItemWithdrawn", "BatchClosed"],
    ]);
  });
});

describe("approving a batch", () => {
  it("is for what stands in it: a change voids it", () => {
    given(...eventsAfter(plan, withdraw))
      .when(approve)
      .thenRejects("BATCH_CHANGED");
    given(...eventsAfter(plan, approve, withdraw))
      .when(send)
      .thenRejects("BATCH_NOT_APPROVED");
    const digest = digestOf(items.slice(0, 1));
    const again = { ...approve, digest, isSingleAccepted: true };
    expect(eventsAfter(plan, approve, withdraw, again, { ...send, digest }).at(-1)?.type).toBe(
      "BatchSending",
    );
  });
  it("takes somebody else where two are needed", () => {
    const two = { ...approve, approversMin: 2 as const };
    given(...eventsAfter(plan))
      .when(two)
      .thenRejects("APPROVER_PLANNED");
    expect(eventsAfter(plan, { ...two, approvedBy: "maintainer:lu" })).toHaveLength(2);
  });
  it("takes a reason for each payout that is flagged", () => {
    const [first, second] = items;
    if (first === undefined || second === undefined) expect.fail();
    const flagged = { ...plan, items: [{ ...first, flags: ["first-payout" as const] }, second] };
    given(...eventsAfter(flagged))
      .when(approve)
      .thenRejects("PAYOUT_FLAGGED");
    const accepted = [{ payoutId: first.payoutId, reason: "we spoke" }];
    expect(eventsAfter(flagged, { ...approve, accepted })).toHaveLength(2);
  });
  it("joins nobody's nodes unasked", () => {
    const alone = items.slice(0, 1);
    const digest = digestOf(alone);
    given(...eventsAfter({ ...plan, items: alone }))
      .when({ ...approve, digest })
      .thenRejects("PAYEE_ALONE");
    const oneNode = items.slice(1);
    expect(
      eventsAfter({ ...plan, items: oneNode }, { ...approve, digest: digestOf(oneNode) }),
    ).toHaveLength(2);
  });
});

describe("sending a batch", () => {
  it("needs an approval, happens once, and lets nothing leave afterwards", () => {
    given(...eventsAfter(plan))
      .when(send)
      .thenRejects("BATCH_NOT_APPROVED");
    const sending = eventsAfter(plan, approve, send);
    given(...sending)
      .when(send)
      .thenNothing();
    given(...sending)
      .when(withdraw)
      .thenRejects("BATCH_ON_ITS_WAY");
    given(...sending)
      .when(approve)
      .thenRejects("BATCH_ON_ITS_WAY");
  });
  it("posts each node once, and nothing that tells whose it is", () => {
    expect(linesOf(...eventsAfter(plan, approve, send))).toEqual([
      `liabilities:node:${idOf(11)} 20.00`,
      `liabilities:node:${idOf(12)} 5.00`,
      `liabilities:node:${idOf(13)} 10.00`,
      "liabilities:payout:manual -35.00",
    ]);
  });
  it("takes money that came back from where it lies", () => {
    const back = { ...share(idOf(11), "25.00"), isReturned: true };
    const own = [item(101, idOf(1), [back]), ...items.slice(1)];
    const digest = digestOf(own);
    const events = eventsAfter(
      { ...plan, items: own },
      { ...approve, digest },
      { ...send, digest },
    );
    expect(linesOf(...events)).toContain("liabilities:payout:returned 25.00");
  });
  it("keeps what it was submitted as", () => {
    const submit = {
      ...{ type: "SubmitBatch" as const, batchId, at, reference: "payouts.csv" },
      fileSha256: "f".repeat(64),
    };
    const submitted = eventsAfter(plan, approve, send, submit);
    given(...submitted)
      .when(submit)
      .thenNothing();
    given(...submitted)
      .when({ ...submit, fileSha256: "0".repeat(64) })
      .thenRejects("BATCH_SUBMITTED_OTHERWISE");
    given(...eventsAfter(plan, approve))
      .when(submit)
      .thenRejects("BATCH_NOT_APPROVED");
  });
});

describe("the outcome of a batch", () => {
  const sending = eventsAfter(plan, approve, send);
  const paid = record(outcomeOf(101, "completed", "0.25"), outcomeOf(102, "completed"));

  it("posts what was paid and its fees, once, and closes the batch", () => {
    const events = payoutBatchDecider.decide(paid, stateAfter(payoutBatchDecider, sending));
    expect(linesOf(...events)).toEqual([
      "liabilities:payout:manual 35.00",
      "assets:bank:balance -35.25",
      "expenses:payout-fees:bank 0.25",
      "liabilities:pool:infrastructure 0.25",
      "expenses:dedicated -0.25",
    ]);
    expect(events.at(-1)?.type).toBe("BatchClosed");
    given(...sending, ...events)
      .when(paid)
      .thenNothing();
  });
  it("gives what failed to nobody's node", () => {
    const failed = { ...record(outcomeOf(101, "failed")), statement };
    expect(linesOf(...eventsAfter(plan, approve, send, failed)).slice(4)).toEqual([
      "liabilities:payout:manual 25.00",
      "liabilities:payout:returned -25.00",
    ]);
    given(...eventsAfter(plan, approve, send, failed))
      .when(paid)
      .thenRejects("PAYOUT_ENDED_OTHERWISE");
  });
  it("takes back what came back after it was paid, also when the batch is closed", () => {
    const returned = record(outcomeOf(102, "returned"));
    expect(linesOf(...eventsAfter(plan, approve, send, paid, returned)).slice(-2)).toEqual([
      "liabilities:payout:returned -10.00",
      "assets:bank:balance 10.00",
    ]);
    given(...sending)
      .when(returned)
      .thenRejects("PAYOUT_ENDED_OTHERWISE");
  });
  it("is failed only by a statement that would show it", () => {
    const failed = record(outcomeOf(101, "failed"));
    given(...sending)
      .when(failed)
      .thenRejects("STATEMENT_TOO_SHORT");
    const short = { ...statement, coversUntil: "2026-12-23" };
    given(...sending)
      .when({ ...failed, statement: short })
      .thenRejects("STATEMENT_TOO_SHORT");
  });
  it("is of what was sent", () => {
    given(...eventsAfter(plan, approve))
      .when(paid)
      .thenRejects("PAYOUT_NOT_SENT");
    given(...sending)
      .when(record(outcomeOf(999, "completed")))
      .thenRejects("PAYOUT_NOT_SENT");
    given().when(paid).thenRejects("BATCH_NOT_FOUND");
    given(...eventsAfter(plan))
      .when({ ...withdraw, payoutId: idOf(9) })
      .thenRejects("PAYOUT_NOT_FOUND");
  });
});
