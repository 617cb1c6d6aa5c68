import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { partOf } from "../../domain/donation/status.js";
import { type Balances, balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import type { Posting } from "../../domain/money/postings.js";
import { userStream } from "../../domain/user/events.js";
import { readLocated } from "../../platform/vault/located.js";
import { findDonation, listDonations } from "../../projections/donations/queries.js";
import { listBalances, listEntries } from "../../projections/entries/queries.js";
import {
  countDonations,
  findMonth,
  listMonths,
  listTotalTurnovers,
  listTurnovers,
  listTurnoversByMonth,
} from "../../projections/months/queries.js";
import { projections } from "../../projections/registry.js";
import { rebuild } from "../../projections/runner/rebuild.js";
import { listTreasury } from "../../projections/treasury/queries.js";
import { money } from "../support/donations.js";
import { write, writeBroken } from "../support/drafts.js";
import * as m from "../support/moneyStory.js";
import {
  contextAt,
  openProjectedWorld,
  openWorld,
  type ProjectedWorld,
  startProjector,
} from "../support/world.js";

let world: ProjectedWorld;

/** Several currencies and providers, with every kind of movement, over two months. */
async function happen(): Promise<void> {
  const plain = m.gift(world, "stripe", "pi_plain");
  await plain.report(
    m.received("50.00 EUR", { visibility: "shown", name: plain.secret("Ana") }),
    m.settled("50.00 EUR", "1.75 EUR"),
  );
  const converted = m.gift(world, "paypal", "CAP-usd");
  await converted.report(m.received("50.00 USD"), m.settled("46.00 EUR", "1.60 EUR"));
  await m
    .gift(world, "stripe", "pi_yen")
    .report(m.received("500 JPY"), m.settled("500 JPY", "18 JPY"));
  await m.gift(world, "stripe", "pi_kwd").report(m.received("3.125 KWD"));
  const refunded = m.gift(world, "stripe", "pi_refunded");
  await refunded.report(m.received("20.00 EUR"), m.settled("20.00 EUR", "0.80 EUR"));
  await refunded.report(m.refunded("re_1", "5.00 EUR"), m.refunded("re_2", "15.00 EUR"));
  await handle(
    world.ledger,
    booksDecider,
    { type: "CloseMonth", month: "2026-11", at: "2026-12-01T00:10:00.000Z" },
    contextAt("2026-12-01T00:10:00.000Z"),
  );
  await plain.report(m.refunded("re_late", "10.00 EUR"));
  const lost = m.gift(world, "stripe", "pi_lost");
  await lost.report(m.received("50.00 EUR"), m.withdrawn("50.00 EUR", "15.00 EUR"));
  await lost.report(m.settled("50.00 EUR", "1.75 EUR"), m.disputeClosed("lost"));
  const disputed = m.gift(world, "stripe", "pi_disputed");
  await disputed.report(m.received("8.00 EUR"), m.settled("8.00 EUR", "0.50 EUR"));
  await disputed.report(m.withdrawn("8.00 EUR", "15.00 EUR"));
  await m
    .gift(world, "stripe", "pi_odd")
    .report(m.received("9.00 EUR", { suspenseReason: "unattributed" }));
  const fee = money("0.30 EUR");
  const amount = money("30.00 EUR");
  await m.enterTreasury(world, { type: "MoveFunds", from: "stripe", to: "bank", amount, fee });
  const paid = money("12.00 EUR");
  await m.enterTreasury(world, {
    type: "PayExpense",
    from: "bank",
    fund: "infrastructure",
    amount: paid,
  });
}

beforeAll(async () => {
  world = await openProjectedWorld();
  await happen();
  await world.caughtUp();
});
afterAll(() => world.close());

/** "assets:stripe:balance 12.00 EUR", in order, nothing where nothing is. */
const textsOf = (balances: Balances): string[] =>
  [...balances]
    .flatMap(([account, of]) => [...of].map(([currency, sum]) => ({ account, currency, sum })))
    .filter(({ sum }) => !sum.isZero())
    .map(({ account, currency, sum }) => `${account} ${sum.toFixed()} ${currency}`)
    .sort();

const asPostings = (rows: Awaited<ReturnType<typeof listBalances>>): Posting[] =>
  rows.map(({ account, balance }) => ({ account, ...balance }));

describe("balances", () => {
  it("are those of all stored postings, after each event of the past", async () => {
    const posted = await m.postedEvents(world);
    expect(posted.length).toBeGreaterThan(20);
    const sofar: Posting[] = [];
    for (const { position, postings } of posted) {
      sofar.push(...postings);
      const projected = balancesOf(asPostings(await listBalances(world.readDb, { at: position })));
      expect(textsOf(projected)).toEqual(textsOf(balancesOf(sofar)));
      expect(brokenInvariants(projected)).toEqual([]);
    }
    const now = balancesOf(asPostings(await listBalances(world.readDb)));
    expect(textsOf(now)).toEqual(textsOf(balancesOf(sofar)));
    expect(textsOf(now)).toContain("liabilities:pool:infrastructure 12.3 EUR");
  });

  it("are nothing before the first event, and written with their currency's places", async () => {
    expect(await listBalances(world.readDb, { at: 0n })).toEqual([]);
    const all = await listBalances(world.readDb);
    expect(all).toContainEqual({ account: "income:donations:stripe", balance: money("-500 JPY") });
    expect(all).toContainEqual({ account: "assets:stripe:clearing", balance: money("3.125 KWD") });
  });

  it("name the entries that make them", async () => {
    const span = { from: null, to: null };
    const about = { account: "assets:stripe:balance", currency: "EUR", span };
    const first = await listEntries(world.readDb, { ...about, limit: 3 });
    const after = first.at(-1);
    const rest = await listEntries(world.readDb, { ...about, after, limit: 100 });
    expect(first).toHaveLength(3);
    const all = [...first, ...rest];
    const sum = balancesOf(
      all.map(({ account, currency, amount }) => ({ account, currency, amount })),
    );
    const balance = await listBalances(world.readDb);
    const shown = balance.find(
      (row) => row.account === about.account && row.balance.currency === "EUR",
    );
    expect(sum.get(about.account)?.get("EUR")?.toFixed(2)).toBe(shown?.balance.amount);
    expect(new Set(all.map(({ entry_id }) => entry_id)).size).toBe(all.length);
    expect(all[0]).toMatchObject({ type: "DonationSettled", manual: 0, day: "2026-11-22" });
    expect(all.at(-1)).toMatchObject({ type: "FundsMoved", manual: 1, donation_id: null });
  });
});

describe("months", () => {
  it("take each event into the first that was closed after it", async () => {
    const [november, december] = await listMonths(world.readDb);
    expect(november).toMatchObject({ month: "2026-11", isClosed: true, span: { from: null } });
    expect(december).toMatchObject({ month: "2026-12", isClosed: false, span: { to: null } });
    expect(december?.span.from).toBe(november?.span.to);
    expect(await findMonth(world.readDb, "2027-01")).toBeUndefined();

    const turnover = async (month: string, account: string) =>
      (await listTurnovers(world.readDb, month))
        .filter((row) => row.account === account)
        .map((row) => [row.turnover.amount, row.turnover.currency, row.entries]);
    expect(await turnover("2026-11", "income:donations:stripe")).toEqual([
      ["-70.00", "EUR", 2],
      ["-500", "JPY", 1],
      ["-3.125", "KWD", 1],
    ]);
    expect(await turnover("2026-11", "income:refunds:stripe")).toEqual([["20.00", "EUR", 2]]);
    expect(await turnover("2026-12", "income:refunds:stripe")).toEqual([["10.00", "EUR", 1]]);
    expect(await turnover("2026-12", "income:disputed:stripe")).toEqual([["50.00", "EUR", 1]]);
  });

  it("sum up to the balances", async () => {
    const turnovers = await listTurnoversByMonth(world.readDb);
    const postings = turnovers.map(({ account, turnover }) => ({ account, ...turnover }));
    const balances = asPostings(await listBalances(world.readDb));
    expect(textsOf(balancesOf(postings))).toEqual(textsOf(balancesOf(balances)));
    const total = (await listTotalTurnovers(world.readDb)).map((row) => ({
      account: row.account,
      ...row.turnover,
    }));
    expect(textsOf(balancesOf(total))).toEqual(textsOf(balancesOf(balances)));
  });
});

describe("donations", () => {
  const rowOf = async (externalId: string) => {
    const rows = await listDonations(world.readDb, { span: { from: null, to: null }, limit: 100 });
    const row = rows.find((each) => each.external_id === externalId);
    if (row === undefined) throw new Error(`No donation ${externalId}.`);
    return row;
  };
  const partIn = async (externalId: string, part: Parameters<typeof partOf>[1]) =>
    partOf((await rowOf(externalId)).postings, part).map(
      (each) => `${each.amount} ${each.currency}`,
    );

  it.each([
    ["pi_plain", "partly-refunded"],
    ["CAP-usd", "settled"],
    ["pi_kwd", "received"],
    ["pi_refunded", "refunded"],
    ["pi_lost", "lost"],
    ["pi_disputed", "disputed"],
    ["pi_odd", "suspense"],
  ] as const)("show what became of %s: %s", async (externalId, status) => {
    expect(await rowOf(externalId)).toMatchObject({ status });
  });

  it("show gross, fees, refunds, disputes and what is left, each in its currency", async () => {
    expect(await partIn("CAP-usd", "received")).toEqual(["50.00 USD"]);
    expect(await partIn("CAP-usd", "fees")).toEqual(["1.60 EUR"]);
    expect(await partIn("CAP-usd", "net")).toEqual(["44.40 EUR"]);
    expect(await partIn("pi_plain", "refunded")).toEqual(["10.00 EUR"]);
    expect(await partIn("pi_lost", "lost")).toEqual(["50.00 EUR"]);
    expect(await partIn("pi_lost", "fees")).toEqual(["16.75 EUR"]);
    expect(await partIn("pi_disputed", "disputed")).toEqual(["8.00 EUR"]);
    expect(await partIn("pi_odd", "received")).toEqual([]);
    expect(await partIn("pi_odd", "suspense")).toEqual(["9.00 EUR"]);
  });

  it("belong to the month in which they were received", async () => {
    const november = await findMonth(world.readDb, "2026-11");
    const span = november?.span ?? { from: null, to: null };
    const rows = await listDonations(world.readDb, { span, limit: 100 });
    expect(rows.map((row) => row.external_id)).toEqual([
      "pi_plain",
      "CAP-usd",
      "pi_yen",
      "pi_kwd",
      "pi_refunded",
    ]);
    const after = rows[2]?.position;
    const rest = await listDonations(world.readDb, { span, after, limit: 1 });
    expect(rest.map((row) => row.external_id)).toEqual(["pi_kwd"]);
  });

  it("keep the donor's name sealed, and follow a change of mind", async () => {
    const row = await rowOf("pi_plain");
    expect(row.visibility).toBe("shown");
    expect(row.name).not.toContain("Ana");
    expect(await readLocated(world.ledger.vault, row.name)).toBe("Ana");
    const plain = m.gift(world, "stripe", "pi_plain");
    await plain.report({ type: "ChangeVisibility", moneyKey: "hide", visibility: "hidden" });
    await world.caughtUp();
    const found = await findDonation(world.readDb, { donationId: row.donation_id });
    expect(found).toMatchObject({ external_id: "pi_plain", visibility: "hidden" });
  });

  it("come back out of suspense by a maintainer's word, marked as such, and are counted then", async () => {
    const before = await countDonations(world.readDb);
    const odd = m.gift(world, "stripe", "pi_odd");
    await odd.report({
      type: "AttributeDonation",
      moneyKey: "attributed",
      reason: "wrote to us",
      evidenceSha256: m.evidenceSha256,
    });
    await world.caughtUp();
    expect(await rowOf("pi_odd")).toMatchObject({ status: "received", manual: 1 });
    expect(await partIn("pi_odd", "received")).toEqual(["9.00 EUR"]);
    expect(await partIn("pi_odd", "suspense")).toEqual([]);
    expect([before, await countDonations(world.readDb)]).toEqual([7, 8]);
  });
});

describe("the treasury", () => {
  it("shows what was done, by whom, why, and by which document", async () => {
    const rows = await listTreasury(world.readDb, { from: null, to: null });
    const shared = {
      actor: "maintainer:test",
      reason: "as agreed",
      evidence_sha256: m.evidenceSha256,
    };
    expect(rows).toMatchObject([
      { ...shared, kind: "move", to_place: "bank", amount: "30.000", fee: "0.300" },
      { ...shared, kind: "expense", to_place: "infrastructure", amount: "12.000" },
    ]);
    const november = await findMonth(world.readDb, "2026-11");
    expect(await listTreasury(world.readDb, november?.span ?? { from: null, to: null })).toEqual(
      [],
    );
  });
});

describe("money's read models", () => {
  const ours = projections.filter(({ name }) =>
    ["donations", "entries", "months", "treasury"].includes(name),
  );

  it.each(ours.map((projection) => [projection.name, projection]))(
    "%s is the same after a rebuild",
    async (_name, projection) => {
      const { before, after } = await rebuild({ ...world, db: world.readDb, projection });
      expect(after).toEqual(before);
      expect(after.rows).toBeGreaterThan(1);
    },
  );

  it("stop at an event that they can't read, while all others go on", async () => {
    const broken = await openWorld();
    const reading = startProjector(broken);
    await m.gift(broken, "stripe", "pi_1").report(m.received("5.00 EUR"));
    await writeBroken(broken, "donation-stripe-pi_broken", "DonationReceived");
    await m.gift(broken, "stripe", "pi_2").report(m.received("7.00 EUR"));
    const userId = "5f0d2c4a-4f43-4a51-9a8f-6d5b1f2f0a11";
    const about = { userId, at: "2026-11-22T12:00:00.000Z", reason: "asked" as const };
    await write(broken, userStream(userId), {
      type: "UserErased",
      public: {},
      private: about,
      sealed: {},
    });
    await reading.caughtUp();
    const checkpoints = await broken.readDb.selectFrom("read_checkpoint").selectAll().execute();
    const positions = new Map(checkpoints.map((each) => [each.projection, each.position]));
    const last = String(await broken.store.lastPosition());
    expect(positions.get("users")).toBe(last);
    for (const name of ["donations", "entries", "months"]) {
      expect(BigInt(positions.get(name) ?? 0)).toBeLessThan(BigInt(last));
    }
    const sum = (await listBalances(broken.readDb)).map(({ balance }) => balance.amount);
    expect(sum).not.toContain("12.00");
    await reading.stop();
    await broken.close();
  });
});
