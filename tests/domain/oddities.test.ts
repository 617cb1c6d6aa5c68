import { expect, it } from "vitest";
import type { DonationCommand } from "../../domain/donation/commands.js";
import { about, eventsOf, money, receive } from "../support/donations.js";

const refund = (amount: string, key: string, reportedTotal?: string): DonationCommand => ({
  type: "RefundDonation",
  ...about(key),
  cause: "refund",
  refund: { amount: money(amount), taken: money(amount), fee: money("0.00 EUR") },
  ...(reportedTotal !== undefined && { reportedTotal: money(reportedTotal) }),
});
const later = "2026-11-22T17:00:00.000Z";
const withdraw = (amount: string, key = "txn_out", disputeId = "dp_1"): DonationCommand => ({
  type: "WithdrawDispute",
  ...about(key),
  disputeId,
  move: { amount: money(amount), fee: money("0.00 EUR") },
});
const giveBack = (amount: string): DonationCommand => ({
  type: "ReturnDispute",
  ...about("txn_back"),
  disputeId: "dp_1",
  move: { amount: money(amount), fee: money("0.00 EUR") },
});
const inquire = (amount: string): DonationCommand => ({
  type: "OpenInquiry",
  ...about("asked"),
  disputeId: "dp_1",
  amount: money(amount),
});
const settle: DonationCommand = {
  type: "SettleDonation",
  ...about("txn_1"),
  settlement: { gross: money("46.00 EUR"), fee: money("1.00 EUR") },
};

it.each<[string, readonly DonationCommand[], readonly string[] | undefined]>([
  ["a gift", [receive()], undefined],
  ["a gift below zero", [receive("-5.00 EUR")], ["negative"]],
  ["a refund of all", [receive(), refund("50.00 EUR", "re_1")], undefined],
  ["a refund below zero", [receive(), refund("-5.00 EUR", "re_1")], ["negative"]],
  [
    "a refund after a dispute took all",
    [receive(), withdraw("50.00 EUR"), refund("0.01 EUR", "re_1")],
    ["more-taken-than-given"],
  ],
  [
    "a refund after a dispute gave it back",
    [receive(), withdraw("50.00 EUR"), giveBack("50.00 EUR"), refund("50.00 EUR", "re_1")],
    undefined,
  ],
  [
    "a dispute after a refund",
    [receive(), refund("10.00 EUR", "re_1"), withdraw("50.00 EUR")],
    ["more-taken-than-given"],
  ],
  [
    "a dispute above the gift",
    [receive(), withdraw("50.01 EUR")],
    ["dispute-beyond-gift", "more-taken-than-given"],
  ],
  ["an inquiry above the gift", [receive(), inquire("60.00 EUR")], ["dispute-beyond-gift"]],
  ["a gift that nobody gives", [receive("1000000000.01 EUR")], ["implausible"]],
  ["a gift that arrives as another sum", [receive("46.01 EUR"), settle], ["settled-otherwise"]],
  ["a gift that arrives as it was given", [receive("46.00 EUR"), settle], undefined],
  ["a gift that arrives in another currency", [receive("50.00 USD"), settle], undefined],
  ["a dispute of what arrived", [receive("50.00 USD"), settle, withdraw("46.00 EUR")], undefined],
  [
    "a dispute above what arrived",
    [receive("50.00 USD"), settle, withdraw("46.01 EUR")],
    ["dispute-beyond-gift", "more-taken-than-given"],
  ],
  [
    "two disputes of one gift",
    [receive(), withdraw("50.00 EUR"), withdraw("1.00 EUR", "txn_2", "dp_2")],
    ["more-taken-than-given"],
  ],
  [
    "a total that fits",
    [receive(), refund("1.00 EUR", "re_1", "1.00 EUR"), refund("2.00 EUR", "re_2", "3.00 EUR")],
    undefined,
  ],
  [
    "a total of which one is missing",
    [receive(), refund("0.99 EUR", "re_2", "1.98 EUR")],
    ["refund-total-differs"],
  ],
  [
    "a total that is told after a later one",
    [
      receive(),
      { ...refund("2.00 EUR", "re_2", "3.00 EUR"), occurredAt: later },
      refund("1.00 EUR", "re_1", "1.00 EUR"),
    ],
    undefined,
  ],
  [
    "a total of when it is asked",
    [
      receive(),
      { ...refund("2.00 EUR", "re_2", "3.00 EUR"), occurredAt: later },
      refund("1.00 EUR", "re_1", "3.00 EUR"),
    ],
    undefined,
  ],
  [
    "a total that fits in no order",
    [
      receive(),
      { ...refund("2.00 EUR", "re_2", "3.00 EUR"), occurredAt: later },
      refund("1.00 EUR", "re_1", "2.00 EUR"),
    ],
    ["refund-total-differs"],
  ],
  [
    "two of one second",
    [receive(), refund("2.00 EUR", "re_2", "3.00 EUR"), refund("1.00 EUR", "re_1", "1.00 EUR")],
    undefined,
  ],
])("%s: %s says what is odd", (_what, commands, odd) => {
  const last = eventsOf(...commands).at(-1);
  const { moneyKey, odd: said } = { moneyKey: "", odd: undefined, ...last?.private };
  expect(moneyKey).not.toBe("");
  expect(said).toEqual(odd);
});
