import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { balancesOf } from "../../domain/money/invariants.js";
import { sha256Hex } from "../../platform/ids.js";
import { listDonations, listDonationsBy } from "../../projections/donations/queries.js";
import { countDonations, listTotalTurnovers } from "../../projections/months/queries.js";
import { money } from "../support/donations.js";
import * as m from "../support/moneyStory.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let statement: string;
beforeAll(async () => {
  world = await openProjectedWorld();
  statement = join(world.folder, "statement.csv");
  writeFileSync(statement, "GitHub's export");
  await m
    .gift(world, "github", "S_1/monthly")
    .report(m.received("5.00 USD"), m.settled("5.00 USD", "0 USD"));
  const suspenseReason = "unattributed" as const;
  await m.gift(world, "stripe", "pi_odd").report(m.received("9.00 EUR", { suspenseReason }));
});
afterAll(() => world.close());

const run = (...args: readonly string[]) => runTool(world, "amendDonation", args);
const because = () => ["--reason", "the export says so", "--evidence", statement];

async function lastOf(provider: "github" | "stripe", externalId: string) {
  const { state, events } = await load(world.store, donationDecider, { provider, externalId });
  const postings = events.flatMap(({ event: { data } }) =>
    "postings" in data.public ? data.public.postings : [],
  );
  return { state, last: events.at(-1), balances: balancesOf(postings) };
}

describe("a refund", () => {
  it("is entered once, as manual, with who, why and what shows it", async () => {
    const args = ["refund", "github", "S_1/monthly", "2.00", "USD", ...because()];
    const inOtherWords = args.map((each) => (each === "USD" ? "usd" : each));
    const who = ["--maintainer", "olga", "--json"];
    expect((await run(...args, ...who)).json).toMatchObject({
      isNew: true,
      actor: "maintainer:olga",
    });
    expect((await run(...inOtherWords, ...who)).json).toMatchObject({ isNew: false });
    const { last, balances } = await lastOf("github", "S_1/monthly");
    expect(last?.event).toMatchObject({
      type: "DonationRefunded",
      data: {
        public: { manual: true, cause: "refund", amount: money("2.00 USD") },
        private: { reason: "the export says so", evidenceSha256: sha256Hex("GitHub's export") },
      },
    });
    expect(balances.get("assets:github:balance")?.get("USD")?.toFixed()).toBe("3");
    expect(balances.get("liabilities:undistributed")?.get("USD")?.toFixed()).toBe("-3");
    await world.caughtUp();
    const [row] = await listDonationsBy(world.readDb, "github");
    expect(row).toMatchObject({ status: "partly-refunded", manual: 1 });
  });

  it("that is alike and has the same evidence is distinguished by its reference", async () => {
    const args = ["refund", "github", "S_1/monthly", "2.00", "USD", ...because()];
    const entered = await run(...args, "--reference", "the second", "--maintainer", "olga");
    expect(entered.code).toBe(0);
    expect(entered.output).toContain(
      "Recorded a refund of 2.00 USD for S_1/monthly, entered by maintainer:olga.",
    );
  });

  it.each([
    ["more than was given", ["refund", "github", "S_1/monthly", "9.00", "USD"], "than was given"],
    ["another currency", ["refund", "github", "S_1/monthly", "1.00", "EUR"], "than was given"],
    ["an unknown payment", ["refund", "github", "S_2/monthly", "1.00", "USD"], "not in the ledger"],
    ["what Stripe reports itself", ["refund", "stripe", "pi_odd", "1.00", "EUR"], "reconcile"],
    ["an unknown source", ["refund", "mattress", "x", "1.00", "EUR"], "The source must be one of"],
    ["no verb", ["return", "github", "x"], "must be refund, attribute or undo"],
  ])("is refused for %s", async (_name, args, why) => {
    const before = await world.store.lastPosition();
    const { code, output } = await run(...args, ...because());
    expect(code).toBe(1);
    expect(output).toContain(why);
    expect(output).not.toContain("    at ");
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("needs a reason and a document", async () => {
    const { code, output } = await run("refund", "github", "S_1/monthly", "1.00", "USD");
    expect(code).toBe(1);
    expect(output).toContain("--reason");
  });
});

describe("a mistyped entry", () => {
  const totals = async () => {
    await world.caughtUp();
    const turnovers = await listTotalTurnovers(world.readDb);
    const ofBank = turnovers.filter(({ account }) => account.endsWith(":bank"));
    return ofBank.map(({ account, turnover }) => `${account} ${Number(turnover.amount)}`).sort();
  };
  const add = (amount: string, fee: string) =>
    runTool(world, "addDonation", [
      "bank",
      amount,
      "EUR",
      "--reference",
      "R-1",
      "--fee",
      fee,
      ...because(),
    ]);

  it("is taken back as a correction, fee and all, and the right one takes its place", async () => {
    const before = await countDonations(world.readDb);
    expect((await add("500.00", "5.00")).code).toBe(0);
    const undo = ["undo", "bank", "R-1", "gift", ...because(), "--json"];
    expect((await run(...undo)).json).toMatchObject({ isNew: true });
    expect((await run(...undo)).json).toMatchObject({ isNew: false });
    expect(await totals()).toEqual(["expenses:fees:bank 0", "income:donations:bank 0"]);
    expect(await countDonations(world.readDb)).toBe(before);
    const [row] = await listDonationsOfBank();
    expect(row).toMatchObject({ status: "undone", manual: 1 });

    expect((await add("50.00", "0.50")).output).toContain("Recorded 50.00 EUR");
    expect((await add("50.00", "0.50")).output).toContain("already has payment R-1");
    expect(await totals()).toEqual(["expenses:fees:bank 0.5", "income:donations:bank -50"]);
    expect(await countDonations(world.readDb)).toBe(before + 1);
    const [again] = await listDonationsOfBank();
    expect(again).toMatchObject({ status: "settled", gross: "50.00", settlement_key: "R-1" });
    expect((await run(...undo)).json).toMatchObject({ isNew: true });
    expect(await totals()).toEqual(["expenses:fees:bank 0", "income:donations:bank 0"]);
  });

  const listDonationsOfBank = async () =>
    (await listDonations(world.readDb, { span: { from: null, to: null }, limit: 100 })).filter(
      ({ provider }) => provider === "bank",
    );

  it.each([
    ["what a provider told", ["undo", "stripe", "pi_odd", "gift"], "no gift of this payment"],
    ["what is not there", ["undo", "bank", "R-9", "refund"], "no refund of this payment"],
    ["no kind of entry", ["undo", "bank", "R-1", "fee"], "The entry must be one of"],
    ["words too many", ["undo", "bank", "R-1", "gift", "please"], "1 words too many"],
  ])("is not %s", async (_name, args, why) => {
    const before = await world.store.lastPosition();
    const { code, output } = await run(...args, ...because());
    expect({ code, said: output.includes(why) }).toEqual({ code: 1, said: true });
    expect(await world.store.lastPosition()).toBe(before);
  });
});

describe("money in suspense", () => {
  it("stays there in a currency that is not shared out, until it arrived in one that is", async () => {
    const suspenseReason = "currency-not-allowed" as const;
    const yen = m.gift(world, "stripe", "pi_yen");
    await yen.report(m.received("900 JPY", { suspenseReason }));
    const args = ["attribute", "stripe", "pi_yen", ...because()];
    const refused = await run(...args);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("ALLOWED_CURRENCIES");
    expect((await lastOf("stripe", "pi_yen")).state).toMatchObject({ standing: "suspense" });
    await yen.report(m.settled("5.00 EUR", "0.30 EUR"));
    expect((await run(...args)).code).toBe(0);
    const { balances } = await lastOf("stripe", "pi_yen");
    expect(balances.get("assets:stripe:balance")?.get("EUR")?.toFixed()).toBe("4.7");
    expect(balances.get("assets:stripe:suspense")?.get("JPY")?.toFixed()).toBe("0");
  });

  it("is a gift from when a maintainer says whose it is, once", async () => {
    const args = ["attribute", "stripe", "pi_odd", ...because(), "--json"];
    expect((await run(...args)).json).toMatchObject({ isNew: true });
    expect((await run(...args)).json).toMatchObject({ isNew: false });
    const { state, last, balances } = await lastOf("stripe", "pi_odd");
    expect(state).toMatchObject({ standing: "regular" });
    expect(last?.event.data.private).toMatchObject({
      evidenceSha256: sha256Hex("GitHub's export"),
    });
    expect(balances.get("assets:stripe:suspense")?.get("EUR")?.toFixed()).toBe("0");
    expect(balances.get("income:donations:stripe")?.get("EUR")?.toFixed()).toBe("-9");
  });
});
