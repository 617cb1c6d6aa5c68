import type { DonationCommand } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import type { DonationEvent } from "../../domain/donation/events.js";
import type { Draft } from "../../domain/message.js";
import { readDecimal } from "../../domain/money/money.js";
import { stateAfter } from "./deciderSpec.js";

export const at = "2026-11-22T16:00:10.000Z";
export const occurredAt = "2026-11-22T15:59:58.000Z";
export const pledgeId = "0c8d0a5e-1b7e-4a4b-9a67-6d1b7c7a9f10";

/** "10.00 EUR" */
export function money(text: string) {
  const [amount = "", currency = ""] = text.split(" ");
  const read = readDecimal(amount, currency);
  if (read === undefined) throw new Error(`${text} is no money.`);
  return read;
}

export const about = (moneyKey: string, externalId = "pi_1") => ({
  provider: "stripe" as const,
  externalId,
  moneyKey,
  at,
  occurredAt,
});

export const receive = (gross = "50.00 EUR") => ({
  type: "ReceiveDonation" as const,
  ...about("pi_1"),
  gross: money(gross),
  visibility: "hidden" as const,
});

/** Runs commands one after the other over an empty stream. */
export function eventsOf(...commands: readonly DonationCommand[]): Draft<DonationEvent>[] {
  const events: Draft<DonationEvent>[] = [];
  for (const command of commands) {
    events.push(...donationDecider.decide(command, stateAfter(donationDecider, events)));
  }
  return events;
}

export const postingsIn = (events: readonly Draft<DonationEvent>[]) =>
  events.flatMap((event) => ("postings" in event.public ? event.public.postings : []));

/** "assets:stripe:clearing 50.00 EUR" */
export const lines = (events: readonly Draft<DonationEvent>[]): string[] =>
  postingsIn(events).map(({ account, amount, currency }) => `${account} ${amount} ${currency}`);
