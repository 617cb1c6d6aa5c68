import { describe, expect, it } from "vitest";
import type { DonationCommand } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { credit, debit } from "../../domain/money/postings.js";
import { deciderSpec } from "../support/deciderSpec.js";
import {
  about,
  eventsOf,
  lines,
  money,
  pledgeId,
  postingsIn,
  receive,
} from "../support/donations.js";

const given = deciderSpec(donationDecider);
const settle = (gross = "50.00 EUR", fee = "1.75 EUR", key = "txn_1") => ({
  type: "SettleDonation" as const,
  ...about(key),
  settlement: { gross: money(gross), fee: money(fee) },
});
const refund = (amount: string, key = "re_1", taken = amount, fee?: string) => ({
  type: "RefundDonation" as const,
  ...about(key),
  refund: {
    amount: money(amount),
    taken: money(taken),
    fee: money(fee ?? `0 ${taken.split(" ")[1]}`),
  },
  cause: "refund" as const,
});
const failRefund = (refundKey = "re_1") => ({
  type: "FailRefund" as const,
  ...about(`${refundKey}:failed`),
  refundKey,
});
const dispute = { disputeId: "dp_1" };
const inquire = (amount = "50.00 EUR") => ({
  type: "OpenInquiry" as const,
  ...about("dp_1:asked"),
  ...dispute,
  amount: money(amount),
});
const withdraw = (amount = "50.00 EUR", fee = "15.00 EUR") => ({
  type: "WithdrawDispute" as const,
  ...about("txn_out"),
  ...dispute,
  move: { amount: money(amount), fee: money(fee) },
});
const giveBack = (amount = "50.00 EUR", fee = "0 EUR") => ({
  type: "ReturnDispute" as const,
  ...about("txn_back"),
  ...dispute,
  move: { amount: money(amount), fee: money(fee) },
});
const close = (outcome: "won" | "lost") => ({
  type: "CloseDispute" as const,
  ...about(`dp_1:${outcome}`),
  ...dispute,
  outcome,
});
/** After it came back: an appeal was lost. */
const again = { ...withdraw("50.00 EUR", "0 EUR"), ...about("txn_again") };
const attribute = {
  type: "AttributeDonation" as const,
  ...about("attributed"),
  reason: "a call",
  evidenceSha256: "0".repeat(64),
};
const suspended = { ...receive(), suspenseReason: "unattributed" as const };

/** The lines of the last command's events, after the others happened. */
const linesOfLast = (...commands: readonly DonationCommand[]) => {
  const before = eventsOf(...commands.slice(0, -1));
  return lines(eventsOf(...commands).slice(before.length));
};
const balances = (...commands: readonly DonationCommand[]) => {
  const postings = postingsIn(eventsOf(...commands));
  expect(brokenInvariants(balancesOf(postings))).toEqual([]);
  const flat = [...balancesOf(postings)].flatMap(([account, byCurrency]) =>
    [...byCurrency]
      .filter(([, amount]) => !amount.isZero())
      .map(([currency, amount]) => `${account} ${amount.toFixed(2)} ${currency}`),
  );
  return flat.sort();
};

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe("receiving", () => {
  it("books the gross and seals who gave", () => {
    const secret = (text: string) => ({ personId: pledgeId, purpose: "donor" as const, text });
    const [event] = eventsOf({ ...receive(), pledgeId, name: secret("Ana"), email: secret("a@b") });
    expect(event).toMatchObject({
      type: "DonationReceived",
      public: { provider: "stripe", standing: "regular", hour: "2026-11-22T15" },
      private: { externalId: "pi_1", moneyKey: "pi_1", pledgeId },
      sealed: { name: secret("Ana"), email: secret("a@b") },
    });
    expect(JSON.stringify(event?.public)).not.toMatch(/Ana|a@b|pi_1/);
    expect(linesOfLast(receive())).toEqual([
      "assets:stripe:clearing 50.00 EUR",
      "income:donations:stripe -50.00 EUR",
    ]);
  });
  it("happens once", () => {
    given(...eventsOf(receive()))
      .when(receive())
      .thenNothing();
  });
  it("comes before anything else", () => {
    given().when(settle()).thenRejects("DONATION_NOT_FOUND");
    given().when(refund("1.00 EUR")).thenRejects("DONATION_NOT_FOUND");
  });
});

describe("settling", () => {
  it("makes the net ours to share, and the fee its own line", () => {
    expect(linesOfLast(receive(), settle())).toEqual([
      "assets:stripe:balance 48.25 EUR",
      "expenses:fees:stripe 1.75 EUR",
      "assets:stripe:clearing -50.00 EUR",
      "expenses:dedicated 48.25 EUR",
      "liabilities:undistributed -48.25 EUR",
    ]);
  });
  it("in another currency goes through the conversion account", () => {
    expect(linesOfLast(receive("50.00 USD"), settle("46.00 EUR", "1.60 EUR"))).toEqual([
      "assets:stripe:balance 44.40 EUR",
      "expenses:fees:stripe 1.60 EUR",
      "assets:stripe:clearing -50.00 USD",
      "equity:conversion 50.00 USD",
      "equity:conversion -46.00 EUR",
      "expenses:dedicated 44.40 EUR",
      "liabilities:undistributed -44.40 EUR",
    ]);
  });
  it("happens once, whatever name it goes by", () => {
    const past = eventsOf(receive(), settle());
    given(...past)
      .when(settle())
      .thenNothing();
    given(...past)
      .when(settle("50.00 EUR", "1.00 EUR", "txn_2"))
      .thenNothing();
  });
});

describe("refunds", () => {
  it("lower the pool and leave the original fee", () => {
    expect(linesOfLast(receive(), settle(), refund("10.00 EUR"))).toEqual([
      "income:refunds:stripe 10.00 EUR",
      "assets:stripe:balance -10.00 EUR",
      "liabilities:undistributed 10.00 EUR",
      "expenses:dedicated -10.00 EUR",
    ]);
  });
  it("bear a fee of their own, or bring one back", () => {
    expect(linesOfLast(receive(), refund("10.00 EUR", "re_1", "10.00 EUR", "0.30 EUR"))).toEqual([
      "income:refunds:stripe 10.00 EUR",
      "assets:stripe:balance -10.30 EUR",
      "expenses:fees:stripe 0.30 EUR",
      "liabilities:undistributed 10.30 EUR",
      "expenses:dedicated -10.30 EUR",
    ]);
    const back = refund("10.00 EUR", "re_1", "10.00 EUR", "-0.30 EUR");
    expect(linesOfLast(receive(), back)).toContain("assets:stripe:balance -9.70 EUR");
  });
  it("of a gift in another currency take what the provider took", () => {
    const gift = [receive("50.00 USD"), settle("46.00 EUR", "1.60 EUR")] as const;
    const all = balances(...gift, refund("50.00 USD", "re_1", "46.50 EUR"));
    expect(all).toContain("liabilities:undistributed 2.10 EUR");
    expect(all).toContain("income:refunds:stripe 50.00 USD");
  });
  it("count once each, several may be given", () => {
    const past = eventsOf(receive(), refund("10.00 EUR", "re_1"), refund("15.00 EUR", "re_2"));
    expect(past).toHaveLength(3);
    given(...past)
      .when(refund("10.00 EUR", "re_1"))
      .thenNothing();
  });
  it("beyond the gift are booked as they happened and marked", () => {
    const marks = eventsOf(receive(), refund("40.00 EUR"), refund("20.00 EUR", "re_2")).map(
      (event) => event.type === "DonationRefunded" && event.private.beyondGross,
    );
    expect(marks).toEqual([false, false, true]);
  });
  it("entered by hand say so, and can't be more than was given", () => {
    const manual = { reason: "the export says so", evidenceSha256: "0".repeat(64) };
    const byHand = (amount: string, key: string) => ({ ...refund(amount, key), manual });
    const [, entered] = eventsOf(receive(), byHand("40.00 EUR", "re_1"));
    expect(entered).toMatchObject({ public: { manual: true }, private: manual });
    given(...eventsOf(receive(), byHand("40.00 EUR", "re_1")))
      .when(byHand("10.01 EUR", "re_2"))
      .thenRejects("REFUND_BEYOND_GIFT");
  });
  it("that fail are undone to the cent, in either order", () => {
    const gift = [receive(), settle()] as const;
    const undone = balances(...gift, refund("10.00 EUR"), failRefund());
    expect(undone).toEqual(balances(...gift));
    expect(balances(...gift, failRefund(), refund("10.00 EUR"))).toEqual(undone);
  });
});

describe("disputes", () => {
  const gift = [receive(), settle()] as const;

  it("hold the sum while the bank only asks, and free it when it is content", () => {
    expect(linesOfLast(...gift, inquire())).toEqual([
      "liabilities:undistributed 50.00 EUR",
      "liabilities:held -50.00 EUR",
    ]);
    expect(balances(...gift, inquire(), close("won"))).toEqual(balances(...gift));
  });
  it("are borne by the pool when the money is withdrawn, fee included", () => {
    expect(linesOfLast(...gift, withdraw())).toEqual([
      "assets:stripe:disputed 50.00 EUR",
      "expenses:disputes:stripe 15.00 EUR",
      "assets:stripe:balance -65.00 EUR",
      "liabilities:undistributed 65.00 EUR",
      "expenses:dedicated -65.00 EUR",
    ]);
  });
  it("that are won bring the money back, the fee only if the provider says so", () => {
    expect(balances(...gift, withdraw(), giveBack("50.00 EUR", "-15.00 EUR"))).toEqual(
      balances(...gift),
    );
    const feeKept = balances(...gift, withdraw(), giveBack());
    expect(feeKept).toContain("expenses:disputes:stripe 15.00 EUR");
    expect(feeKept).toContain("liabilities:undistributed -33.25 EUR");
  });
  it("that are lost cost no more than the withdrawal did", () => {
    expect(linesOfLast(...gift, withdraw(), close("lost"))).toEqual([
      "income:disputed:stripe 50.00 EUR",
      "assets:stripe:disputed -50.00 EUR",
    ]);
  });
  it("end alike in whatever order their steps are reported", () => {
    const lostInOrder = balances(...gift, inquire(), withdraw(), close("lost"));
    for (const steps of [
      [withdraw(), close("lost"), inquire()],
      [close("lost"), withdraw(), inquire()],
      [inquire(), close("lost"), withdraw()],
    ]) {
      expect(balances(...gift, ...steps)).toEqual(lostInOrder);
    }
    const wonInOrder = balances(...gift, inquire(), withdraw(), giveBack(), close("won"));
    for (const steps of [
      [giveBack(), withdraw(), inquire(), close("won")],
      [close("won"), inquire(), giveBack(), withdraw()],
    ]) {
      expect(balances(...gift, ...steps)).toEqual(wonInOrder);
    }
  });
  it.each([
    ["what comes back after a loss is lost no more", [withdraw(), close("lost"), giveBack()], []],
    [
      "part of it comes back",
      [withdraw(), close("lost"), giveBack("20.00 EUR")],
      ["income:disputed:stripe 30.00 EUR"],
    ],
    [
      "it is withdrawn, and lost, a second time",
      [withdraw(), close("lost"), giveBack(), close("won"), again],
      ["income:disputed:stripe 50.00 EUR"],
    ],
    [
      "an appeal is lost after it was won",
      [withdraw(), close("won"), giveBack(), again, close("lost")],
      ["income:disputed:stripe 50.00 EUR"],
    ],
  ] as const)("%s, whatever is told first", (_what, steps, left) => {
    const inOrder = balances(...gift, ...steps);
    expect(inOrder.filter((line) => /disputed|held/.test(line))).toEqual(left);
    for (const order of permutations(steps)) {
      expect(balances(...gift, ...order)).toEqual(inOrder);
    }
  });
  it("move each sum once", () => {
    const past = eventsOf(...gift, withdraw(), giveBack());
    given(...past)
      .when(withdraw())
      .thenNothing();
    given(...past)
      .when(giveBack())
      .thenNothing();
    given(...eventsOf(...gift, close("won")))
      .when({ ...close("won"), moneyKey: "another" })
      .thenNothing();
  });
});

describe("money that may be no donation", () => {
  it("lies in suspense and is shared with nobody", () => {
    expect(balances(suspended, settle(), inquire())).toEqual([
      "assets:stripe:suspense 50.00 EUR",
      "liabilities:suspense:stripe -50.00 EUR",
    ]);
    expect(balances(suspended, refund("50.00 EUR"))).toEqual([]);
  });
  it("becomes one as if it had been one from the start, whatever happened meanwhile", () => {
    const later = [settle(), refund("10.00 EUR"), inquire(), withdraw()] as const;
    expect(balances(suspended, ...later, attribute)).toEqual(balances(receive(), ...later));
    expect(balances(suspended, attribute, ...later)).toEqual(balances(receive(), ...later));
    expect(linesOfLast(suspended, attribute)).toEqual([
      "assets:stripe:suspense -50.00 EUR",
      "liabilities:suspense:stripe 50.00 EUR",
      "assets:stripe:clearing 50.00 EUR",
      "income:donations:stripe -50.00 EUR",
    ]);
  });
  it("is attributed once", () => {
    given(...eventsOf(receive()))
      .when(attribute)
      .thenNothing();
    given(...eventsOf(suspended, attribute))
      .when({ ...attribute, moneyKey: "again" })
      .thenNothing();
  });
});

describe("a correction", () => {
  const correct = (postings: ReturnType<typeof debit>[]) => ({
    type: "CorrectDonation" as const,
    ...about("fix-1"),
    postings,
    reason: "booked twice",
    correctedEventId: pledgeId,
    corrects: "DonationReceived",
  });
  it("adds its own postings and leaves everything as it was", () => {
    const eur = money("50.00 EUR");
    const undo = [debit("income:donations:stripe", eur), credit("assets:stripe:clearing", eur)];
    expect(balances(receive(), correct(undo))).toEqual([]);
  });
  it("must balance", () => {
    given(...eventsOf(receive()))
      .when(correct([debit("liabilities:held", money("1.00 EUR"))]))
      .thenRejects("UNBALANCED_POSTINGS");
  });
});

describe("whether a donor is shown", () => {
  const choose = (visibility: "shown" | "hidden", key: string) => ({
    type: "ChangeVisibility" as const,
    ...about(key),
    visibility,
  });
  it("can be changed as often as they like", () => {
    const events = eventsOf(receive(), choose("shown", "1"), choose("hidden", "2"));
    expect(events.map(({ type }) => type).slice(1)).toEqual([
      "DonorVisibilityChanged",
      "DonorVisibilityChanged",
    ]);
    given(...events)
      .when(choose("hidden", "3"))
      .thenNothing();
  });
});

describe("what a maintainer enters", () => {
  const manual = { reason: "letter of 3 May", evidenceSha256: "a".repeat(64) };

  it("is marked in public, with reason and evidence behind it", () => {
    const settlement = { gross: money("50.00 EUR"), fee: money("0.00 EUR") };
    const events = eventsOf(
      { ...receive(), manual },
      { type: "SettleDonation", ...about("settled"), settlement, manual },
    );
    for (const event of events) {
      expect(event.public).toMatchObject({ manual: true });
      expect(event.private).toMatchObject(manual);
    }
    const [received] = eventsOf(receive());
    expect(received?.public).not.toHaveProperty("manual");
  });
});
