import { describe, expect, it } from "vitest";
import { readGithubLine } from "../../domain/statements/githubExport.js";
import type { KnownGift } from "../../domain/statements/knownGift.js";
import { readOwnLine } from "../../domain/statements/ownColumns.js";
import { planImport } from "../../domain/statements/planImport.js";
import { readInstant, type StatementRow } from "../../domain/statements/statementRow.js";
import { money } from "../support/donations.js";

const line = {
  "Sponsor Handle": "ana",
  "Sponsorship Started On": "2026-10-07 21:46:01 +0200",
  "Is Public?": "true",
  "Transaction ID": "ch_1",
  "Processed Amount": "$1,004.50",
  Status: "settled",
  "Transaction Date": "2026-10-07 21:46:05 +0200",
  "A column of tomorrow": "x",
};

describe("times in lists", () => {
  it.each([
    ["2023-05-07 21:46:01 +0200", "2023-05-07T19:46:01.000Z"],
    ["2023-05-07 21:46:01 UTC", "2023-05-07T21:46:01.000Z"],
    ["2023-05-07T21:46:01.5Z", "2023-05-07T21:46:01.000Z"],
    ["2023-05-07", "2023-05-07T12:00:00.000Z"],
    ["2023-13-07", undefined],
    ["2026-02-31", undefined],
    ["2026-04-31 10:00:00 UTC", undefined],
    ["0026-02-01", undefined],
    ["7.5.2023", undefined],
  ])("%s is %s", (text, instant) => expect(readInstant(text)).toBe(instant));
});

describe("GitHub's export", () => {
  it("is read by the names of its columns", () => {
    expect(readGithubLine(line, 2)).toEqual({
      kind: "row",
      row: {
        line: 2,
        provider: "github",
        reference: "ch_1",
        occurredAt: "2026-10-07T19:46:05.000Z",
        gross: money("1004.50 USD"),
        fee: money("0 USD"),
        visibility: "shown",
        name: "ana",
        sponsorship: { handle: "ana", startedAt: "2026-10-07T19:46:01.000Z" },
      },
    });
  });

  it("keeps GitHub's word for what is not settled", () => {
    const read = readGithubLine({ ...line, Status: "refunded" }, 2);
    expect(read).toMatchObject({ kind: "row", row: { unsettledAs: "refunded" } });
  });

  it.each([
    [{ "Transaction ID": "" }, "it has no transaction id"],
    [{ "Processed Amount": "€5" }, "no amount that can be right"],
    [{ "Processed Amount": "$0.00" }, "no amount that can be right"],
    [{ "Processed Amount": "$4,52" }, "no amount that can be right"],
    [{ "Processed Amount": "$1.500" }, "no amount that can be right"],
    [{ "Processed Amount": "$12,5" }, "no amount that can be right"],
    [{ "Processed Amount": "$1,2345.00" }, "no amount that can be right"],
    [{ "Processed Amount": "$999,999,999,999.00" }, "no amount that can be right"],
    [{ "Sponsor Handle": "a\u0007na" }, "no Sponsor Handle"],
    [{ "Transaction Date": "soon" }, "no date"],
  ])("leaves out what it can't book: %o", (change, reason) => {
    const leftOut = { line: 3, reason };
    expect(readGithubLine({ ...line, ...change }, 3)).toEqual({ kind: "left-out", leftOut });
  });
});

describe("our own columns", () => {
  const own = {
    source: "bank",
    reference: "DE-1",
    date: "2026-11-02",
    amount: "25.00",
    currency: "EUR",
  };

  it("need five of them, and take the others where known", () => {
    const read = readOwnLine({ ...own, fee: "0.35", name: "Zoë", show_name: "yes" }, 2);
    expect(read).toMatchObject({
      kind: "row",
      row: { fee: money("0.35 EUR"), name: "Zoë", visibility: "shown", reference: "DE-1" },
    });
  });

  it.each([
    [{ source: "mattress" }, "source is not right"],
    [{ amount: "25.001" }, "amount is not right"],
    [{ amount: "1.500" }, "amount is not right"],
    [{ fee: "1.500" }, "fee is not right"],
    [{ amount: "-25.00" }, "amount is not right"],
    [{ fee: "-1" }, "fee is not right"],
    [{ amount: "4,52" }, "amount is not right"],
    [{ amount: "999999999999999" }, "amount is not right"],
    [{ amount: "25.00 EUR" }, "amount is not right"],
    [{ fee: "25.01" }, "fee is more than the amount"],
    [{ reference: " " }, "reference is not right"],
    [{ reference: "DE\u00001" }, "reference is not right"],
    [{ name: "Zoë\u001b[2J" }, "name is not right"],
    [{ date: "yesterday" }, "date is not right"],
    [{ email: "nobody" }, "email is not right"],
  ])("refuse %o", (change, reason) => {
    const leftOut = { line: 9, reason };
    expect(readOwnLine({ ...own, ...change }, 9)).toEqual({ kind: "left-out", leftOut });
  });
});

describe("our own columns with a comma", () => {
  const own = { source: "bank", reference: "DE-1", date: "2026-11-02", currency: "EUR" };
  const read = (amount: string) => readOwnLine({ ...own, amount }, 2, "comma");

  it("take a point for thousands, and no more places than the currency has", () => {
    expect(read("1.500")).toMatchObject({ row: { gross: money("1500.00 EUR") } });
    expect(read("1.500,5")).toMatchObject({ row: { gross: money("1500.50 EUR") } });
    expect(read("1,500")).toMatchObject({ leftOut: { reason: "amount is not right" } });
  });
});

describe("what a list is to the ledger", () => {
  const startedAt = "2026-10-07T19:46:01.000Z";
  const now = "2026-11-26T12:00:00.000Z";
  const row = (reference: string, change: Partial<StatementRow> = {}): StatementRow => ({
    line: 2,
    provider: "github",
    reference,
    occurredAt: "2026-10-07T19:46:05.000Z",
    gross: money("5.00 USD"),
    fee: money("0 USD"),
    visibility: "hidden",
    sponsorship: { handle: "ana", startedAt },
    ...change,
  });
  const gift = (change: Partial<KnownGift> = {}): KnownGift => ({
    provider: "github",
    externalId: "S_1/2026-10-07T19:46:01Z/monthly",
    gross: money("5.00 USD"),
    occurredAt: "2026-10-07T19:46:09.000Z",
    settlementKey: null,
    status: "received",
    handle: "Ana",
    sponsorId: undefined,
    sponsorship: { startedAt, billing: "monthly" },
    ...change,
  });
  const kinds = (rows: readonly StatementRow[], gifts: readonly KnownGift[], at = now) =>
    planImport(rows, gifts, at).map(({ kind }) => kind);
  const later = row("ch_2", { line: 3, occurredAt: "2026-11-07T19:46:05.000Z" });

  it("is settled by its first charge; later months are gifts of their own", () => {
    expect(kinds([row("ch_1"), later], [gift()])).toEqual(["settles", "new"]);
    expect(kinds([later, row("ch_1")], [gift()])).toEqual(["new", "settles"]);
  });

  it("counts no payment twice, listed again or twice in one list", () => {
    const settled = gift({ settlementKey: "ch_1" });
    const second = gift({ externalId: "ch_2", settlementKey: "ch_2" });
    expect(kinds([row("ch_1"), later], [settled, second])).toEqual(["known", "known"]);
    expect(kinds([row("ch_1"), row("ch_1", { line: 4 })], [gift()])).toEqual(["settles", "known"]);
    expect(kinds([later], [settled])).toEqual(["new"]);
  });

  it("names a payment that one list has with two sums", () => {
    const twice = [later, { ...later, line: 4, gross: money("7.00 USD") }, { ...later, line: 5 }];
    expect(planImport(twice, [], now)).toMatchObject([
      { kind: "new" },
      { kind: "known", difference: expect.stringContaining("line 3 of this list") },
      { kind: "known" },
    ]);
  });

  it("names a payment that one list has with two dates, also once it is booked", () => {
    const other = { ...later, line: 4, occurredAt: "2026-11-09T19:46:05.000Z" };
    const difference = "line 3 of this list has it at 2026-11-07T19:46:05.000Z";
    expect(planImport([later, other], [], now)).toEqual([
      { kind: "new", row: later },
      { kind: "known", row: other, difference },
    ]);
    const booked = gift({ externalId: "ch_2", settlementKey: "ch_2" });
    expect(planImport([later, other], [booked], now)).toEqual([
      { kind: "known", row: later },
      { kind: "known", row: other, difference },
    ]);
  });

  it("goes on where an import was cut off", () => {
    const half = gift({ externalId: "ch_2", sponsorship: undefined });
    expect(kinds([later], [half])).toEqual(["settles"]);
  });

  it("waits with a young first charge, since its webhook may still arrive", () => {
    expect(kinds([row("ch_1")], [], "2026-10-09T12:00:00.000Z")).toEqual(["waits"]);
    expect(kinds([row("ch_1")], [], "2026-10-12T12:00:00.000Z")).toEqual(["new"]);
    expect(kinds([later], [], "2026-11-08T12:00:00.000Z")).toEqual(["new"]);
  });

  it.each(["ch_1", "py_1"])(
    "waits with a young charge of Stripe, whose webhook names an intent: %s",
    (reference) => {
      const atStripe = (name: string): StatementRow => {
        const { sponsorship: _, ...rest } = row(name, { provider: "stripe" });
        return rest;
      };
      const charge = atStripe(reference);
      expect(kinds([charge], [], "2026-10-09T12:00:00.000Z")).toEqual(["waits"]);
      expect(kinds([charge], [], "2026-10-12T12:00:00.000Z")).toEqual(["new"]);
      const names = { provider: "stripe" as const, externalId: "pi_1", otherNames: [reference] };
      const known = gift({ ...names, settlementKey: "txn_1", sponsorship: undefined });
      expect(kinds([charge], [known], "2026-10-09T12:00:00.000Z")).toEqual(["known"]);
      const intent = atStripe("pi_1");
      expect(kinds([intent], [], "2026-10-09T12:00:00.000Z")).toEqual(["new"]);
    },
  );

  it("keeps sponsors apart, and single gifts from monthly ones", () => {
    const bruno = { handle: "bruno", startedAt };
    expect(kinds([row("ch_1", { sponsorship: bruno })], [gift()])).toEqual(["new"]);
    const once = gift({
      gross: money("100.00 USD"),
      sponsorship: { startedAt, billing: "once" },
    });
    const big = row("ch_9", { line: 5, gross: money("100.00 USD") });
    expect(planImport([row("ch_1"), big], [once, gift()], now)).toMatchObject([
      { kind: "settles", gift: { gross: { amount: "5.00" } } },
      { kind: "settles", gift: { gross: { amount: "100.00" } } },
    ]);
  });

  it("knows a private sponsor by the second in which it began", () => {
    const nameless = gift({ handle: undefined });
    expect(kinds([row("ch_1")], [nameless])).toEqual(["settles"]);
    const sponsorship = { startedAt: "2026-10-07T20:46:01.000Z", billing: "monthly" as const };
    expect(kinds([row("ch_1")], [{ ...nameless, sponsorship }])).toEqual(["new"]);
  });

  it("takes back what was entered by hand of a gift that a webhook told of, whoever came first", () => {
    const byHand = gift({
      ...{ externalId: "ch_1", settlementKey: "ch_1", status: "settled", isEntered: true },
      sponsorship: undefined,
    });
    expect(planImport([row("ch_1")], [byHand, gift()], now)).toMatchObject([
      { kind: "replaces", gift: { externalId: gift().externalId } },
    ]);
    // Cut off between settling the one and taking back the other.
    const half = gift({ settlementKey: "ch_1", status: "settled" });
    expect(kinds([row("ch_1")], [byHand, half])).toEqual(["replaces"]);
    expect(kinds([row("ch_1")], [half])).toEqual(["known"]);
    expect(kinds([row("ch_1")], [byHand])).toEqual(["known"]);
  });

  it("says so where a charge of GitHub may be a gift that its webhook told of", () => {
    const { sponsorship: _, ...bare } = row("ch_7");
    expect(planImport([bare], [gift()], now)).toMatchObject([
      { kind: "unsure", gift: { externalId: gift().externalId } },
    ]);
    const other = money("6.00 USD");
    expect(kinds([{ ...bare, gross: other }], [gift()])).toEqual(["new"]);
    expect(kinds([bare], [gift({ settlementKey: "ch_1" })])).toEqual(["new"]);
    expect(kinds([bare], [], "2026-10-09T12:00:00.000Z")).toEqual(["waits"]);
  });

  it.each([
    ["settled", undefined, undefined],
    ["settled", "refunded", "the list has it as refunded, and the ledger as settled"],
    ["refunded", undefined, "the ledger has it as refunded"],
    ["refunded", "refunded", undefined],
    ["partly-refunded", "refunded", undefined],
    ["disputed", undefined, "the ledger has it as disputed"],
    ["lost", undefined, "the ledger has it as lost"],
    ["suspense", undefined, undefined],
  ] as const)(
    "names a state that differs: %s in the ledger, %s in the list",
    (status, word, difference) => {
      const listed = row("ch_1", word === undefined ? {} : { unsettledAs: word });
      const known = gift({ settlementKey: "ch_1", status });
      const expected = difference === undefined ? {} : { difference };
      expect(planImport([listed], [known], now)).toEqual([
        { kind: "known", row: listed, ...expected },
      ]);
    },
  );

  it("settles nothing by what the list calls refunded, and names the gift that it is", () => {
    const listed = row("ch_1", { unsettledAs: "refunded" });
    expect(planImport([listed], [gift()], now)).toMatchObject([
      { kind: "known", difference: "the list has it as refunded, and the ledger as received" },
    ]);
    expect(kinds([listed], [])).toEqual(["unsettled"]);
    const again = row("ch_2", { line: 3 });
    expect(kinds([listed, again], [gift()])).toEqual(["unsettled", "settles"]);
  });
});
