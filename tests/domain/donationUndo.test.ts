import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DonationCommand } from "../../domain/donation/commands.js";
import { donationDecider } from "../../domain/donation/decider.js";
import type { UndoableEntry } from "../../domain/donation/events.js";
import { lastEntered } from "../../domain/donation/undo.js";
import { DomainError } from "../../domain/errors.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { credit, debit } from "../../domain/money/postings.js";
import { deciderSpec, stateAfter } from "../support/deciderSpec.js";
import { about, eventsOf, money, pledgeId, postingsIn, receive } from "../support/donations.js";

const given = deciderSpec(donationDecider);
const manual = { reason: "a letter", evidenceSha256: "a".repeat(64) };
const settle = (by: { manual?: typeof manual } = { manual }) => ({
  type: "SettleDonation" as const,
  ...about("settled"),
  settlement: { gross: money("50.00 EUR"), fee: money("1.75 EUR") },
  ...by,
});
const refund = (amount: string, key: string, by: { manual?: typeof manual } = { manual }) => ({
  type: "RefundDonation" as const,
  ...about(key),
  refund: { amount: money(amount), taken: money(amount), fee: money("0 EUR") },
  cause: "refund" as const,
  ...by,
});
const byHand = { ...receive(), moneyKey: "received", manual };
const suspended = { ...receive(), suspenseReason: "unattributed" as const };
const attribute = { type: "AttributeDonation" as const, ...about("attributed"), ...manual };
const close = { type: "CloseSuspense" as const, ...about("closed"), reason: "a sale" };
const undo = (undoneKey: string, key = `undo ${undoneKey}`): DonationCommand => ({
  ...{ type: "UndoEntry", ...about(key), ...manual, undoneKey },
  correctedEventId: pledgeId,
});

function balances(...commands: readonly DonationCommand[]): string[] {
  const all = balancesOf(postingsIn(eventsOf(...commands)));
  expect(brokenInvariants(all)).toEqual([]);
  const flat = [...all].flatMap(([account, byCurrency]) =>
    [...byCurrency]
      .filter(([, amount]) => !amount.isZero())
      .map(([currency, amount]) => `${account} ${amount.toFixed(2)} ${currency}`),
  );
  return flat.sort();
}

describe("an entry by hand that is undone", () => {
  it("is taken back to the cent with its fee, as a correction that says so in public", () => {
    expect(balances(byHand, settle(), undo("received"))).toEqual([]);
    expect(eventsOf(byHand, settle(), undo("received")).at(-1)).toMatchObject({
      type: "DonationCorrected",
      public: { manual: true, corrects: "DonationReceived", undoes: "gift" },
      private: { ...manual, undoneKey: "received" },
    });
    expect(balances(byHand, settle(), refund("9.00 EUR", "re"), undo("received"))).toEqual([]);
  });
  it("may be entered again, or be reported by its provider, and counts as if it were the first", () => {
    const again = { ...byHand, gross: money("5.00 EUR") };
    const right = { ...settle(), settlement: { gross: money("5.00 EUR"), fee: money("0 EUR") } };
    const undone = [byHand, settle(), undo("received")] as const;
    expect(balances(...undone, again, right)).toEqual(balances(again, right));
    expect(balances(...undone, receive(), settle({}))).toEqual(balances(receive(), settle({})));
    given(...eventsOf(...undone))
      .when(refund("1.00 EUR", "re_1", {}))
      .thenRejects("DONATION_NOT_FOUND");
  });
  it("leaves the rest of a gift as it is", () => {
    const gift = [receive(), settle({})] as const;
    const one = refund("10.00 EUR", "one");
    const two = refund("20.00 EUR", "two");
    expect(balances(...gift, one, two, undo("two"))).toEqual(balances(...gift, one));
    expect(balances(...gift, one, undo("one"), two)).toEqual(balances(...gift, two));
    const all = refund("50.00 EUR", "all");
    expect(balances(...gift, all, undo("all"), all)).toEqual(balances(...gift, all));
    expect(balances(receive(), settle(), undo("settled"))).toEqual(balances(receive()));
    expect(balances(receive(), settle(), undo("settled"), settle())).toEqual(balances(...gift));
  });
  it("takes what a list charged otherwise back with its settlement", () => {
    const eur = money("10.00 EUR");
    const charged: DonationCommand = {
      ...{ type: "CorrectDonation", ...about("settled/charged"), reason: "a list" },
      ...{ correctedEventId: pledgeId, corrects: "DonationReceived" },
      postings: [debit("income:donations:stripe", eur), credit("equity:conversion", eur)],
    };
    const settlement = { gross: money("40.00 EUR"), fee: money("0 EUR") };
    const steps = [receive(), charged, { ...settle(), settlement }] as const;
    expect(balances(...steps, undo("settled"))).toEqual(balances(receive()));
    expect(balances(receive(), charged, undo("settled/charged"))).toEqual(balances(receive()));
  });
  it.each([
    ["what a provider reported", [receive(), settle({})], "settled"],
    [
      "a gift of which a provider told something",
      [byHand, refund("1.00 EUR", "re", {})],
      "received",
    ],
    ["a part of a gift that was entered whole", [byHand, settle()], "settled"],
    ["what is undone already", [receive(), settle(), undo("settled", "first")], "settled"],
  ] as const)("is never %s", (_what, steps, key) => {
    given(...eventsOf(...steps))
      .when(undo(key))
      .thenRejects("NOT_UNDOABLE");
  });
});

describe("money in suspense", () => {
  it("that is no gift leaves the books, whatever is told of it before or after", () => {
    const later = [settle({}), refund("20.00 EUR", "re_1", {})] as const;
    for (const steps of [
      [suspended, close],
      [suspended, ...later, close],
      [suspended, close, ...later],
    ]) {
      expect(balances(...steps)).toEqual([]);
    }
    given(...eventsOf(suspended, close))
      .when({ ...close, moneyKey: "again" })
      .thenNothing();
    given(...eventsOf(receive()))
      .when(close)
      .thenRejects("NOT_IN_SUSPENSE");
  });
  it("costs the infrastructure fund what the provider kept beyond it, in any order", () => {
    const later = [settle({}), refund("50.00 EUR", "re_1", {})] as const;
    const [settled, refunded] = later;
    for (const steps of [
      [suspended, settled, refunded, close],
      [suspended, settled, close, refunded],
      [suspended, close, refunded, settled],
      [suspended, ...later, close, { ...attribute, moneyKey: "a" }, undo("a")],
      [suspended, ...later, close, undo("closed"), { ...close, moneyKey: "closed again" }],
    ]) {
      expect(balances(...steps)).toEqual([
        "assets:stripe:balance -1.75 EUR",
        "expenses:dedicated -1.75 EUR",
        "expenses:fees:stripe 1.75 EUR",
        "liabilities:pool:infrastructure 1.75 EUR",
      ]);
    }
  });
  it("can be attributed after it was closed, and goes back when either was a mistake", () => {
    const later = [settle({}), refund("20.00 EUR", "re_1", {})] as const;
    const asGift = balances(receive(), ...later);
    expect(balances(suspended, close, ...later, attribute)).toEqual(asGift);
    expect(balances(suspended, attribute, ...later)).toEqual(asGift);
    const inSuspense = balances(suspended, ...later);
    expect(balances(suspended, attribute, ...later, undo("attributed"))).toEqual(inSuspense);
    expect(balances(suspended, close, ...later, undo("closed"))).toEqual(inSuspense);
  });
});

/** One thing after the other that a provider tells, or a maintainer enters and may undo. */
const steps = fc.array(
  fc.record({
    kind: fc.constantFrom("settle", "refund", "attribute", "close", "undo"),
    isManual: fc.boolean(),
    what: fc.constantFrom<UndoableEntry>("gift", "settlement", "refund", "attribution", "closing"),
  }),
  { maxLength: 12 },
);

function commandOf(
  { kind, isManual, what }: { kind: string; isManual: boolean; what: UndoableEntry },
  index: number,
  past: Events,
): DonationCommand | undefined {
  const by = isManual ? { manual } : {};
  const key = `${kind} ${index}`;
  const state = stateAfter(donationDecider, past);
  switch (kind) {
    case "settle":
      return { ...settle(by), moneyKey: key };
    case "refund":
      return refund("3.00 EUR", key, by);
    case "attribute":
      return { ...attribute, moneyKey: key };
    case "close":
      return { ...close, moneyKey: key };
    default: {
      const undoneKey = state.status === "received" ? lastEntered(state, what) : undefined;
      return undoneKey === undefined ? undefined : undo(undoneKey, key);
    }
  }
}

it("any entries and undoings keep every invariant, and undone entries leave nothing behind", () => {
  fc.assert(
    fc.property(fc.constantFrom(byHand, receive(), suspended), steps, (first, all) => {
      let events: Events = eventsOf(first);
      let standing: readonly DonationCommand[] = [first];
      for (const [index, step] of all.entries()) {
        const command = commandOf(step, index, events);
        const added = command === undefined ? [] : addedBy(command, events);
        if (command === undefined || added.length === 0) continue;
        events = [...events, ...added];
        standing = standingAfter(command, standing, first);
      }
      expect(brokenInvariants(balancesOf(postingsIn(events)))).toEqual([]);
      expect(left(events)).toEqual(left(standing.reduce<Events>(applied, [])));
    }),
    { numRuns: 400 },
  );
});

type Events = readonly ReturnType<typeof eventsOf>[number][];

/** What the decider refuses adds nothing. */
function addedBy(command: DonationCommand, events: Events): Events {
  try {
    return donationDecider.decide(command, stateAfter(donationDecider, events));
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

const applied = (events: Events, command: DonationCommand): Events => [
  ...events,
  ...addedBy(command, events),
];

/** Of the commands that stand, with a gift goes all of it. */
function standingAfter(
  command: DonationCommand,
  standing: readonly DonationCommand[],
  first: DonationCommand,
): readonly DonationCommand[] {
  if (command.type !== "UndoEntry") return [...standing, command];
  if (command.undoneKey === first.moneyKey) return [];
  return standing.filter(({ moneyKey }) => moneyKey !== command.undoneKey);
}

/** Balances that are not zero. */
const left = (events: Events): string[] =>
  [...balancesOf(postingsIn(events))]
    .flatMap(([account, of]) =>
      [...of].map(([code, sum]) => `${account} ${sum.toFixed(2)} ${code}`),
    )
    .filter((line) => !line.includes(" 0.00 "))
    .sort();
