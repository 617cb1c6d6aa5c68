import { describe, expect, it } from "vitest";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { deciderSpec } from "../support/deciderSpec.js";
import { at, money, pledgeId } from "../support/donations.js";

describe("a pledge", () => {
  const given = deciderSpec(pledgeDecider);
  const pledge = {
    type: "PledgeDonation" as const,
    pledgeId,
    at,
    userId: "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11",
    provider: "stripe" as const,
    money: money("5.00 EUR"),
    showName: true,
  };
  const pledged = pledgeDecider.decide(pledge, { status: "absent" });
  const pay = { type: "PayPledge" as const, pledgeId, at, externalId: "pi_1" };
  const expire = { type: "ExpirePledge" as const, pledgeId, at };
  const paid = { type: "PledgePaid" as const, public: {}, sealed: {} };
  const paidEvent = { ...paid, private: { pledgeId, at, externalId: "pi_1" } };
  const expired = {
    type: "PledgeExpired" as const,
    public: {},
    private: { pledgeId, at },
    sealed: {},
  };

  it("is made once and shows the public nothing", () => {
    expect(pledged).toMatchObject([{ type: "DonationPledged", public: {} }]);
    given(...pledged)
      .when(pledge)
      .thenNothing();
  });
  it("is paid once, also when it had expired", () => {
    given(...pledged)
      .when(pay)
      .thenEvents(paidEvent);
    given(...pledged, expired)
      .when(pay)
      .thenEvents(paidEvent);
    given(...pledged, paidEvent)
      .when(pay)
      .thenNothing();
  });
  it("expires unless it was paid", () => {
    given(...pledged)
      .when(expire)
      .thenEvents(expired);
    given(...pledged, paidEvent)
      .when(expire)
      .thenNothing();
  });
  it("must exist", () => {
    given().when(pay).thenRejects("PLEDGE_NOT_FOUND");
  });
});
