import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bookFact, isBeforeItsPayment } from "../../commands/donation/bookFact.js";
import { enterDonation } from "../../commands/donation/enterDonation.js";
import { load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import type { Posting } from "../../domain/money/postings.js";
import type { Fact } from "../../domain/providers/facts.js";
import type { StatementRow } from "../../domain/statements/statementRow.js";
import type { WebhookProvider } from "../../domain/webhook/events.js";
import { loadConfig } from "../../platform/config/config.js";
import { newId } from "../../platform/ids.js";
import { openField } from "../../platform/vault/openField.js";
import { listDonationsBy } from "../../projections/donations/queries.js";
import { addGift } from "../../scripts/money/addGift.js";
import type { LedgerTool } from "../../scripts/money/ledgerTool.js";
import { takeBackDoubles } from "../../scripts/money/takeBackDoubles.js";
import { at, money, occurredAt } from "../support/donations.js";
import { environmentOf } from "../support/toolEnvironment.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let tool: LedgerTool;
beforeAll(async () => {
  world = await openProjectedWorld();
  const { ledger, readDb, vaultDb } = world;
  tool = { ledger, readDb, vaultDb, config: loadConfig(environmentOf(world)) };
});
afterAll(() => world.close());

const manual = { reason: "the statement shows it", evidenceSha256: "a".repeat(64) };
const allowedCurrencies = new Set(["EUR"]);

interface Payment {
  readonly provider: WebhookProvider;
  readonly externalId: string;
  /** By which lists and people may call it. */
  readonly names: readonly string[];
  readonly facts: readonly Fact[];
}

function payment(provider: "stripe" | "paypal", id: string): Payment {
  const externalId = `${provider === "stripe" ? "pi" : "capture"}_${id}`;
  const about = { externalId, occurredAt };
  const references = provider === "stripe" ? { charge: `ch_${id}` } : { order: `order_${id}` };
  const entry = provider === "stripe" ? { references: { entry: `txn_${id}` } } : {};
  const none = money("0 EUR");
  const [sum, part] = [money("20.00 EUR"), money("5.00 EUR")];
  const refund = { amount: part, taken: part, fee: none };
  return {
    provider,
    externalId,
    names: [
      externalId,
      ...Object.values(references),
      ...(provider === "stripe" ? [`txn_${id}`] : []),
    ],
    facts: [
      {
        ...{ kind: "received", ...about, moneyKey: externalId, gross: sum, isGift: false },
        ...{ pledgeId: undefined, visibility: "hidden", donor: {}, references },
      },
      {
        ...{ kind: "settled", ...about, moneyKey: `txn_${id}`, ...entry },
        settlement: { gross: sum, fee: money("1.00 EUR") },
      },
      { kind: "refunded", ...about, moneyKey: `re_${id}`, refund, cause: "refund" },
    ],
  };
}

const row = (provider: WebhookProvider, reference: string): StatementRow => ({
  ...{ line: 1, provider, reference, occurredAt, gross: money("20.00 EUR") },
  ...{ fee: money("1.00 EUR"), visibility: "shown", name: "Zoë" },
});

const report = ({ provider }: Payment, fact: Fact) =>
  bookFact(world.ledger, { provider, fact, allowedCurrencies }, { at, causationId: newId() });

const enter = ({ provider }: Payment, reference: string) =>
  addGift(tool, { row: row(provider, reference), manual }, contextAt(at));

type Step = "enter" | Fact["kind"];

/** What can't be booked yet. */
async function leftOf(told: Payment, facts: readonly Fact[]): Promise<readonly Fact[]> {
  const left: Fact[] = [];
  for (const fact of facts) {
    try {
      await report(told, fact);
    } catch (error) {
      if (!isBeforeItsPayment(error)) throw error;
      left.push(fact);
    }
  }
  return left;
}

/** What is told before its payment waits, and is tried again after each step. */
async function inOrder(told: Payment, reference: string, steps: readonly Step[]): Promise<void> {
  let waiting: readonly Fact[] = [];
  for (const step of steps) {
    if (step === "enter") await enter(told, reference);
    const due = [...waiting, ...told.facts.filter(({ kind }) => kind === step)];
    waiting = await leftOf(told, await leftOf(told, due));
    await world.caughtUp();
  }
  expect(waiting).toEqual([]);
}

async function streamOf({ provider }: Payment, externalId: string) {
  const { state, events } = await load(world.store, donationDecider, { provider, externalId });
  const postings = events.flatMap(({ event: { data } }): readonly Posting[] =>
    "postings" in data.public ? data.public.postings : [],
  );
  return { state, events, postings };
}

async function balances(told: Payment): Promise<string[]> {
  const streams = await Promise.all(told.names.map((name) => streamOf(told, name)));
  const all = balancesOf(streams.flatMap(({ postings }) => postings));
  expect(brokenInvariants(all)).toEqual([]);
  return [...all]
    .flatMap(([account, sums]) =>
      [...sums]
        .filter(([, sum]) => !sum.isZero())
        .map(([currency, sum]) => `${account} ${sum.toFixed(2)} ${currency}`),
    )
    .sort();
}

const ordersOf = <Item>(items: readonly Item[]): Item[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((first) =>
        ordersOf(items.filter((each) => each !== first)).map((rest) => [first, ...rest]),
      );

const once = (provider: string) => [
  `assets:${provider}:balance 14.00 EUR`,
  "expenses:dedicated 14.00 EUR",
  `expenses:fees:${provider} 1.00 EUR`,
  `income:donations:${provider} -20.00 EUR`,
  `income:refunds:${provider} 5.00 EUR`,
  "liabilities:undistributed -14.00 EUR",
];

describe.each(["stripe", "paypal"] as const)(
  "a payment by %s that is entered as well",
  (provider) => {
    it("counts once, in every order and by each of its names", async () => {
      const steps: Step[] = ["enter", "received", "settled", "refunded"];
      for (const [index, order] of ordersOf(steps).entries()) {
        const told = payment(provider, `${index}`);
        // Each name meets "enter" at every place of an order.
        const name = told.names[(index + order.indexOf("enter")) % told.names.length] ?? "";
        await inOrder(told, name, order);
        expect(await balances(told), `${name}: ${order.join()}`).toEqual(once(provider));
      }
      const last = payment(provider, "23");
      const known = await Promise.all(last.names.map((each) => enter(last, each)));
      expect(known.map(({ outcome }) => outcome)).toEqual(last.names.map(() => "known"));
    }, 120_000);
  },
);

describe("what was entered by another name", () => {
  it("keeps who gave, and is undone in sight of all", async () => {
    const told = payment("stripe", "named");
    await inOrder(told, "ch_named", ["enter", "received", "settled", "refunded"]);
    const { state, events } = await streamOf(told, "pi_named");
    expect(state).toMatchObject({ standing: "regular", visibility: "shown" });
    const [received] = events;
    if (received?.event.type !== "DonationReceived") throw new Error("It has no beginning.");
    const stored = { ...received, event: received.event };
    expect(await openField(world.vault, stored, "name")).toBe("Zoë");
    const before = await streamOf(told, "ch_named");
    expect(before.events.at(-1)?.event).toMatchObject({
      type: "DonationCorrected",
      data: {
        public: { undoes: "gift" },
        private: { ...manual, reason: expect.stringContaining("pi_named") },
      },
    });
  });

  it("is taken back by whoever comes second, where both came at the same time", async () => {
    const told = payment("stripe", "raced");
    // Neither saw the other one.
    const [received] = told.facts;
    if (received?.kind !== "received") throw new Error("It has no beginning.");
    await report(told, { ...received, references: {} });
    const entering = { row: row("stripe", "ch_raced"), manual, allowedCurrencies };
    await enterDonation(world.ledger, entering, contextAt(at));
    await report(told, received);
    await world.caughtUp();
    const rows = await listDonationsBy(world.readDb, "stripe");
    const raced = rows.filter(({ external_id }) => external_id.endsWith("_raced"));
    expect(raced).toMatchObject([{ external_id: "pi_raced", status: "received" }]);

    const other = payment("stripe", "late");
    await report(other, other.facts[0] as Fact);
    const late = { ...entering, row: row("stripe", "ch_late") };
    await enterDonation(world.ledger, late, contextAt(at));
    const doubles = await takeBackDoubles(tool, [late.row], () => contextAt(at));
    expect(doubles).toEqual([late.row]);
    expect(await balances(other)).toEqual([
      "assets:stripe:clearing 20.00 EUR",
      "income:donations:stripe -20.00 EUR",
    ]);
  });
});
