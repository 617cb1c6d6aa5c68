import { describe, expect, it } from "vitest";
import { payableDecider } from "../../domain/payable/decider.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { money } from "../support/donations.js";
import { idOf } from "../support/generations.js";

const given = deciderSpec(payableDecider);
const voidShare = {
  type: "VoidShare" as const,
  operatorId: idOf(1),
  currency: "EUR",
  month: "2026-11",
  payId: idOf(2),
  amount: money("12.34 EUR"),
  reason: "The node handed in copies.",
  evidenceSha256: "a".repeat(64),
  at: "2026-12-05T09:00:00.000Z",
};
const voided = payableDecider.decide(voidShare, payableDecider.initialState());

describe("a share that is taken back", () => {
  it("goes back to the workers", () => {
    expect(voided[0]?.public.postings).toEqual([
      { account: `liabilities:node:${idOf(2)}`, amount: "12.34", currency: "EUR" },
      { account: "liabilities:pool:workers", amount: "-12.34", currency: "EUR" },
    ]);
  });
  it("goes once, and leaves others as they are", () => {
    given(...voided)
      .when(voidShare)
      .thenNothing();
    const others = [{ month: "2026-12" }, { payId: idOf(3) }];
    for (const other of others) {
      const command = { ...voidShare, ...other };
      given(...voided)
        .when(command)
        .thenEvents(...payableDecider.decide(command, payableDecider.initialState()));
    }
  });
  it("is something", () => {
    given()
      .when({ ...voidShare, amount: money("0.00 EUR") })
      .thenRejects("NOTHING_TO_VOID");
  });
});
