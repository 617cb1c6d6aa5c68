import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { listBalances } from "../../projections/entries/queries.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let because: string[];
beforeAll(async () => {
  world = await openProjectedWorld();
  const statement = join(world.folder, "statement.pdf");
  writeFileSync(statement, "what the provider says of its payout");
  because = ["--reason", "payout of November", "--evidence", statement];
});
afterAll(() => world.close());

const run = (script: string, ...args: readonly string[]) => runTool(world, script, args);

async function balances(): Promise<Record<string, string>> {
  await world.caughtUp();
  const rows = await listBalances(world.readDb);
  const postings = rows.map(({ account, balance }) => ({ account, ...balance }));
  expect(brokenInvariants(balancesOf(postings))).toEqual([]);
  return Object.fromEntries(
    postings.map(({ account, amount, currency }) => [`${account} ${currency}`, amount]),
  );
}

describe("npm run treasury", () => {
  const payout = ["move", "github", "bank", "498.00", "USD", "--fee", "2.00"];

  it("converts what a provider pays out in another currency", async () => {
    await run("addDonation", "github", "500.00", "USD", "--reference", "ch_1", ...because);
    const conversion = [...payout, "--received", "455.00 EUR", ...because, "--json"];
    expect((await run("treasury", ...conversion)).json).toMatchObject({ isNew: true, beyond: [] });
    expect((await run("treasury", ...conversion)).json).toMatchObject({ isNew: false });
    const after = await balances();
    expect(after).toMatchObject({
      "assets:bank:balance EUR": "455.00",
      "liabilities:undistributed EUR": "-455.00",
      "expenses:payout-fees:github USD": "2.00",
      "equity:conversion USD": "498.00",
      "equity:conversion EUR": "-455.00",
    });
    expect(after["assets:github:balance USD"] ?? "0.00").toBe("0.00");
    expect(after["liabilities:undistributed USD"] ?? "0.00").toBe("0.00");
    const { output } = await run("treasury", "list");
    expect(output).toContain("move github → bank  498.00 USD → 455.00 EUR");
  });

  it.each([
    [["--received", "455.00"], "--received"],
    [["--received", "455.00 USD"], "same currency"],
    [["--received", "0 EUR"], "above zero"],
  ])("refuses a conversion that is none: %s", async (received, why) => {
    const { code, output } = await run("treasury", ...payout, ...received, ...because);
    expect(code).toBe(1);
    expect(output).toContain(why);
  });

  it("asks before an account gives more than it holds, and says so", async () => {
    const before = await world.store.lastPosition();
    const tooMuch = ["expense", "infrastructure", "bank", "456.00", ...because, "--json"];
    const refused = await run("treasury", ...tooMuch);
    expect(refused).toMatchObject({ code: 1, json: { isNew: false, refused: "BEYOND_BALANCE" } });
    const accounts = refused.json.beyond.map(({ account }: { account: string }) => account);
    expect(accounts).toEqual(["assets:bank:balance", "liabilities:pool:infrastructure"]);
    expect(await world.store.lastPosition()).toBe(before);
    const emptied = ["move", "github", "bank", "1.00", "USD", "--received", "1.00 EUR", ...because];
    expect((await run("treasury", ...emptied)).output).toContain("liabilities:undistributed");
    const { json } = await run("treasury", ...tooMuch, "--yes");
    expect(json).toMatchObject({ isNew: true, beyond: [{ after: { amount: "-1.00" } }, {}] });
    expect((await run("treasury", ...tooMuch)).json).toMatchObject({ isNew: false, beyond: [] });
    await run("treasury", "undo", json.treasuryId, ...because);
  });

  it("enters a fee of an account once, by the provider's own id", async () => {
    const fee = ["fee", "stripe", "2.00", "--transaction", "txn_1", "--json"];
    expect((await run("treasury", ...fee, ...because)).json).toMatchObject({ isNew: true });
    const other = ["--reason", "told again", ...because.slice(2)];
    expect((await run("treasury", ...fee, ...other)).json).toMatchObject({ isNew: false });
    expect(await balances()).toMatchObject({
      "expenses:payout-fees:stripe EUR": "2.00",
      "assets:stripe:balance EUR": "-2.00",
      "liabilities:pool:infrastructure EUR": "2.00",
    });
    const back = ["fee", "stripe", "2.00", "--transaction", "txn_2", "--given-back", ...because];
    await run("treasury", ...back);
    expect((await balances())["assets:stripe:balance EUR"] ?? "0.00").toBe("0.00");
    expect(await run("treasury", "fee", "stripe", "2.00", ...because)).toMatchObject({ code: 1 });
  });
});
