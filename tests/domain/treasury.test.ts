import { describe, expect, it } from "vitest";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { netted } from "../../domain/money/postings.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { at, money, pledgeId } from "../support/donations.js";

describe("the treasury", () => {
  const given = deciderSpec(treasuryDecider);
  const about = {
    treasuryId: pledgeId,
    at,
    reason: "payout of November",
    evidenceSha256: "a".repeat(64),
    from: "stripe" as const,
  };
  const move = {
    type: "MoveFunds" as const,
    ...about,
    to: "bank" as const,
    amount: money("500.00 EUR"),
    fee: money("0.25 EUR"),
  };
  const absent = { status: "absent" as const };
  const linesOf = (command: Parameters<typeof treasuryDecider.decide>[0]) =>
    treasuryDecider
      .decide(command, absent)
      .flatMap((event) => event.public.postings)
      .map(({ account, amount }) => `${account} ${amount}`);

  it("moves funds, the fee borne by the infrastructure fund", () => {
    expect(linesOf(move)).toEqual([
      "assets:bank:balance 500.00",
      "assets:stripe:balance -500.25",
      "expenses:payout-fees:stripe 0.25",
      "liabilities:pool:infrastructure 0.25",
      "expenses:dedicated -0.25",
    ]);
  });
  it("pays an expense out of its own fund", () => {
    const pay = { type: "PayExpense" as const, ...about, fund: "development" as const };
    expect(linesOf({ ...pay, amount: money("12.00 EUR") })).toEqual([
      "expenses:development 12.00",
      "assets:stripe:balance -12.00",
      "liabilities:pool:development 12.00",
      "expenses:dedicated -12.00",
    ]);
  });
  it("converts money that is not shared out yet, which bears the fee itself", () => {
    const conversion = {
      ...move,
      from: "github" as const,
      amount: money("500.00 USD"),
      fee: money("2.00 USD"),
      received: money("455.00 EUR"),
    };
    const [moved, ...others] = treasuryDecider.decide(conversion, absent);
    expect(others).toEqual([]);
    const postings = moved?.public.postings ?? [];
    expect(
      postings.map(({ account, amount, currency }) => `${account} ${amount} ${currency}`),
    ).toEqual([
      "assets:github:balance -502.00 USD",
      "equity:conversion 500.00 USD",
      "expenses:payout-fees:github 2.00 USD",
      "liabilities:undistributed 502.00 USD",
      "expenses:dedicated -502.00 USD",
      "assets:bank:balance 455.00 EUR",
      "equity:conversion -455.00 EUR",
      "liabilities:undistributed -455.00 EUR",
      "expenses:dedicated 455.00 EUR",
    ]);
    expect(brokenInvariants(balancesOf(postings))).toEqual([]);
    given()
      .when({ ...conversion, received: money("455.00 USD") })
      .thenRejects("NOT_A_CONVERSION");
    given()
      .when({ ...conversion, received: money("0.00 EUR") })
      .thenRejects("AMOUNT_NOT_POSITIVE");
  });
  it("charges a fee of the account to the infrastructure fund, and takes one back", () => {
    const { reason, treasuryId } = about;
    const fee = {
      type: "ChargeFee" as const,
      ...{ treasuryId, at, reason, from: "stripe" as const, transactionId: "txn_1" },
    };
    expect(linesOf({ ...fee, amount: money("2.00 EUR") })).toEqual([
      "expenses:payout-fees:stripe 2.00",
      "assets:stripe:balance -2.00",
      "liabilities:pool:infrastructure 2.00",
      "expenses:dedicated -2.00",
    ]);
    expect(linesOf({ ...fee, amount: money("-2.00 EUR") })[1]).toBe("assets:stripe:balance 2.00");
    const [reported] = treasuryDecider.decide({ ...fee, amount: money("2.00 EUR") }, absent);
    expect(reported?.public).not.toHaveProperty("manual");
    given()
      .when({ ...fee, amount: money("0.00 EUR") })
      .thenRejects("AMOUNT_NOT_POSITIVE");
  });
  it("does each thing once, and nothing of no value", () => {
    given(...treasuryDecider.decide(move, absent))
      .when(move)
      .thenNothing();
    given()
      .when({ ...move, amount: money("0.00 EUR") })
      .thenRejects("AMOUNT_NOT_POSITIVE");
  });
  it("takes an entry back to the cent, once, and only what is there", () => {
    const entered = treasuryDecider.decide(move, absent);
    const { treasuryId, evidenceSha256 } = about;
    const why = { treasuryId, at, evidenceSha256, reason: "one zero too many" };
    const undo = { type: "UndoTreasury" as const, ...why, correctedEventId: pledgeId };
    const state = stateAfter(treasuryDecider, entered);
    const [corrected, ...others] = treasuryDecider.decide(undo, state);
    expect(others).toEqual([]);
    expect(corrected).toMatchObject({
      type: "TreasuryCorrected",
      public: { manual: true, corrects: "FundsMoved" },
      private: { reason: "one zero too many", correctedEventId: pledgeId },
    });
    const all = [...entered, ...(corrected === undefined ? [] : [corrected])];
    expect(netted(all.flatMap((event) => event.public.postings))).toEqual([]);
    given(...all)
      .when(undo)
      .thenNothing();
    given(...all)
      .when(move)
      .thenNothing();
    given().when(undo).thenRejects("NOT_UNDOABLE");
  });
});
