import { describe, expect, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { treasuryDecider } from "../../domain/treasury/decider.js";
import type { WebhookCommand } from "../../domain/webhook/commands.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookEvent } from "../../domain/webhook/events.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { at, money, pledgeId } from "../support/donations.js";

describe("a webhook", () => {
  const given = deciderSpec(webhookDecider);
  const about = { provider: "stripe" as const, deliveryId: "evt_1", at };
  const body = { personId: pledgeId, purpose: "webhook-202611" as const, text: "{}" };
  const receive: WebhookCommand = {
    type: "ReceiveWebhook",
    ...about,
    topic: "charge.updated",
    bodySha256: "0".repeat(64),
    body,
  };
  const hold = (waitsFor: string): WebhookCommand => ({ type: "HoldWebhook", ...about, waitsFor });
  const book: WebhookCommand = { type: "BookWebhook", ...about, moneyKeys: ["pi_1"] };
  const ignore: WebhookCommand = { type: "IgnoreWebhook", ...about, reason: "unknown-type" };
  function events(...commands: WebhookCommand[]): Draft<WebhookEvent>[] {
    const past: Draft<WebhookEvent>[] = [];
    for (const command of commands) {
      past.push(...webhookDecider.decide(command, stateAfter(webhookDecider, past)));
    }
    return past;
  }

  it("is received once, its body sealed", () => {
    const [received] = events(receive);
    expect(received).toMatchObject({ type: "WebhookReceived", public: {}, sealed: { body } });
    given(...events(receive))
      .when(receive)
      .thenNothing();
  });
  it("may be held for one thing after the other, and is done once", () => {
    const types = events(receive, hold("a"), hold("a"), hold("b"), book, hold("c"), ignore, book);
    expect(types.map(({ type }) => type)).toEqual([
      "WebhookReceived",
      "WebhookHeld",
      "WebhookHeld",
      "WebhookBooked",
    ]);
  });
  it("must have come before anything is done about it", () => {
    given().when(book).thenNothing();
    given().when(ignore).thenNothing();
  });
});

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
  const linesOf = (command: Parameters<typeof treasuryDecider.decide>[0]) =>
    treasuryDecider
      .decide(command, "absent")
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
  it("does each thing once, and nothing of no value", () => {
    given(...treasuryDecider.decide(move, "absent"))
      .when(move)
      .thenNothing();
    given()
      .when({ ...move, amount: money("0.00 EUR") })
      .thenRejects("AMOUNT_NOT_POSITIVE");
  });
});
