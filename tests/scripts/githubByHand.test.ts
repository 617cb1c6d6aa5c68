import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listBalances } from "../../projections/entries/queries.js";
import * as m from "../support/moneyStory.js";
import { runTool } from "../support/toolEnvironment.js";
import { openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
beforeAll(async () => {
  world = await openProjectedWorld();
});
afterAll(() => world.close());

const run = (script: string, ...args: readonly string[]) => runTool(world, script, args);

function fileOf(name: string, lines: readonly string[]): string {
  const file = join(world.folder, name);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}

/** One payment, as GitHub's webhook, its export, a list of our own and a person tell of it. */
function sponsor(handle: string, charge: string, amount: string) {
  const startedAt = "2026-09-07T19:46:01Z";
  const columns =
    "Sponsor Handle,Sponsorship Started On,Is Public?,Transaction ID,Processed Amount,Status,Transaction Date";
  const paidAt = "2026-09-07 19:46:05 +0000";
  const created = m.gift(world, "github", `S_${handle}/${startedAt}/monthly`);
  const references = { sponsorship: `S_${handle}`, startedAt, billing: "monthly" };
  const paid = [
    handle,
    "2026-09-07 19:46:01 +0000",
    "true",
    charge,
    `$${amount}`,
    "settled",
    paidAt,
  ];
  const about = { occurredAt: "2026-09-07T19:46:09.000Z", references };
  const evidence = fileOf("statement.txt", ["a statement"]);
  const manual = ["--reason", "seen", "--evidence", evidence, "--on", "2026-09-07", "--json"];
  return {
    webhook: async () => {
      await created.report({
        ...m.received(`${amount} USD`, { references, name: created.secret(handle) }),
        ...about,
      });
      await world.caughtUp();
    },
    export: () =>
      run("importDonations", fileOf(`${handle}.csv`, [columns, paid.join(",")]), "--apply"),
    own: () =>
      run(
        "importDonations",
        fileOf(`${handle}-own.csv`, [
          "source,reference,date,amount,currency",
          `github,${charge},2026-09-07,${amount},USD`,
        ]),
        ...["--apply", "--json"],
      ),
    byHand: (...more: readonly string[]) =>
      run("addDonation", "github", amount, "USD", "--reference", charge, ...manual, ...more),
  };
}

async function given(): Promise<string> {
  await world.caughtUp();
  const rows = await listBalances(world.readDb);
  const found = rows.filter(({ account }) => /^(income:donations|assets):github/.test(account));
  return found.map(({ account, balance }) => `${account} ${balance.amount}`).join(", ");
}
const once = (amount: string) =>
  `assets:github:balance ${amount}, income:donations:github -${amount}`;

describe("a charge of GitHub counts once", { timeout: 120_000 }, () => {
  it("entered by hand before its webhook: the export shows that they are one", async () => {
    const ana = sponsor("ana", "ch_1", "5.00");
    expect((await ana.byHand()).json).toMatchObject({ outcome: "new" });
    await ana.webhook();
    expect((await ana.export()).output).toMatch(/1 +settle such a gift, and take back/);
    expect(await given()).toBe(once("5.00"));
    const before = await world.store.lastPosition();
    await ana.export();
    expect(await world.store.lastPosition()).toBe(before);
  });

  it("and is refunded by the name that the export has for it", async () => {
    const evidence = fileOf("refunds.txt", ["a list of refunds"]);
    const because = ["--reason", "refunded by GitHub", "--evidence", evidence, "--json"];
    const refund = ["refund", "github", "ch_1", "5.00", "USD", ...because];
    const { json } = await run("amendDonation", ...refund);
    expect(json).toMatchObject({ isNew: true, payment: expect.stringMatching(/^S_ana/) });
    expect((await run("amendDonation", ...refund)).json).toMatchObject({ isNew: false });
    const undo = ["undo", "github", "ch_1", "refund", ...because];
    // That name is also one of the entry that was taken back.
    expect((await run("amendDonation", ...undo)).code).toBe(1);
    const own = ["undo", "github", json.payment, "refund", ...because];
    expect((await run("amendDonation", ...own)).json).toMatchObject({ isNew: true });
    expect(await given()).toBe(once("5.00"));
  });

  it("from a list of our own before its webhook", async () => {
    const bea = sponsor("bea", "ch_2", "6.00");
    expect((await bea.own()).json.counts).toMatchObject({ new: 1 });
    await bea.webhook();
    await bea.export();
    expect(await given()).toBe(once("11.00"));
  });

  it("and where a person or a list can't tell, after its webhook, they are asked", async () => {
    const cleo = sponsor("cleo", "ch_3", "7.00");
    await cleo.webhook();
    const asked = await cleo.byHand();
    expect(asked).toMatchObject({ code: 1, json: { isNew: false, outcome: "unsure" } });
    const listed = await cleo.own();
    expect(listed.json).toMatchObject({ counts: { unsure: 1, new: 0 } });
    expect(listed.json.differences).toMatchObject([{ reference: "ch_3" }]);
    expect((await cleo.byHand("--yes")).json).toMatchObject({ outcome: "new" });
    await cleo.export();
    expect(await given()).toBe(once("18.00"));
  });

  it("and a name of our own, which no webhook has, is asked about", async () => {
    const file = fileOf("other.txt", ["another statement"]);
    const words = ["stripe", "5.00", "EUR", "--reason", "seen", "--evidence", file];
    const { code, output } = await run("addDonation", ...words);
    expect(code).toBe(1);
    expect(output).toContain("--reference");
  });
});
