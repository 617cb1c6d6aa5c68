import { describe, expect, it } from "vitest";
import type { Draft } from "../../domain/message.js";
import type { WebhookCommand } from "../../domain/webhook/commands.js";
import { webhookDecider } from "../../domain/webhook/decider.js";
import type { WebhookEvent } from "../../domain/webhook/events.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { at, pledgeId } from "../support/donations.js";

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
  it("says what it found odd in an event of its own, and is booked all the same", () => {
    const twice = { ...book, odd: ["reported-twice" as const, "reported-twice" as const] };
    const [, found, booked] = events(receive, twice);
    expect(found).toMatchObject({ type: "WebhookFoundOdd", private: { odd: ["reported-twice"] } });
    expect(booked?.type).toBe("WebhookBooked");
    expect(events(receive, { ...book, odd: [] })).toHaveLength(2);
  });
  it("must have come before anything is done about it", () => {
    given().when(book).thenNothing();
    given().when(ignore).thenNothing();
  });
});
