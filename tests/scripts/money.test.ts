import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle } from "../../commands/handle.js";
import { booksDecider } from "../../domain/books/decider.js";
import { donationStream } from "../../domain/donation/events.js";
import { sha256Hex } from "../../platform/ids.js";
import { listDonationsBy } from "../../projections/donations/queries.js";
import { listBalances } from "../../projections/entries/queries.js";
import * as m from "../support/moneyStory.js";
import { runTool } from "../support/toolEnvironment.js";
import { contextAt, openProjectedWorld, type ProjectedWorld } from "../support/world.js";

let world: ProjectedWorld;
let statement: string;
beforeAll(async () => {
  world = await openProjectedWorld();
  statement = join(world.folder, "statement.pdf");
  writeFileSync(statement, "a bank statement");
});
afterAll(() => world.close());

const run = (script: string, ...args: readonly string[]) => runTool(world, script, args);
const because = () => ["--reason", "transfer of 2 May", "--evidence", statement];
const evidence = sha256Hex("a bank statement");

async function balance(account: string): Promise<string[]> {
  await world.caughtUp();
  const rows = await listBalances(world.readDb);
  return rows
    .filter((row) => row.account === account)
    .map((row) => `${row.balance.amount} ${row.balance.currency}`);
}

describe("add-donation", () => {
  it("books a gift once, with who, why and what shows it", async () => {
    const args = ["bank", "25.00", "eur", "Zoë", "keep going", ...because(), "--fee", "0.35"];
    const who = ["--maintainer", "olga", "--json"];
    const first = await run("addDonation", ...args, ...who);
    expect(first.json).toMatchObject({ isNew: true, amount: "25.00", actor: "maintainer:olga" });
    const again = await run("addDonation", ...args, ...who);
    expect(again).toMatchObject({ code: 0, json: { isNew: false } });
    expect(await balance("assets:bank:balance")).toEqual(["24.65 EUR"]);
    const { events } = await world.store.read(donationStream("bank", first.json.reference));
    expect(events.map(({ event }) => event.type)).toEqual(["DonationReceived", "DonationSettled"]);
    for (const { event, metadata } of events) {
      expect(metadata).toMatchObject({ actor: "maintainer:olga" });
      expect(event.data.public).toMatchObject({ manual: true });
      const behind = { reason: "transfer of 2 May", evidenceSha256: evidence };
      expect(event.data.private).toMatchObject(behind);
      expect(JSON.stringify(event)).not.toMatch(/Zoë|keep going/);
    }
  });

  it("refuses what has no reason, no evidence, or is no amount", async () => {
    const before = await world.store.lastPosition();
    const refused = [
      [["bank", "5.00", "EUR", "--evidence", statement], "Say why with --reason"],
      [["bank", "5.00", "EUR", "--reason", "x"], "--evidence FILE"],
      [["bank", "5.001", ...because()], "decimals than EUR has"],
      [["bank", "1.500", ...because()], "decimals than EUR has"],
      [["mattress", "5.00", ...because()], "The source must be one of"],
    ] as const;
    const answers = await Promise.all(refused.map(([args]) => run("addDonation", ...args)));
    for (const [index, { code, output }] of answers.entries()) {
      expect(code).toBe(1);
      expect(output).toContain(refused[index]?.[1]);
      expect(output).not.toContain("    at ");
    }
    expect(await world.store.lastPosition()).toBe(before);
  });
});

describe("treasury", () => {
  it("moves money and pays expenses, each once, with reason and evidence", async () => {
    const move = [
      "move",
      "bank",
      "paypal",
      "10.00",
      "EUR",
      ...because(),
      "--fee",
      "0.20",
      "--json",
    ];
    const { json } = await run("treasury", ...move);
    expect(json).toMatchObject({ isNew: true });
    expect((await run("treasury", ...move)).json).toMatchObject({ isNew: false });
    const other = await run("treasury", ...move, "--reference", "the second of that day");
    expect(other.json).toMatchObject({ isNew: true });
    expect(await balance("assets:paypal:balance")).toEqual(["20.00 EUR"]);
    expect(await balance("assets:bank:balance")).toEqual(["4.25 EUR"]);
    await run("treasury", "expense", "infrastructure", "bank", "4.00", ...because(), "--yes");
    expect(await balance("expenses:infrastructure")).toEqual(["4.00 EUR"]);
    const { events } = await world.store.read(`treasury-${json.treasuryId}`);
    const [moved] = events;
    expect(moved?.event.data.private).toMatchObject({ evidenceSha256: evidence });
    const wrong = await run("treasury", "move", "bank", "bank", "1.00", ...because());
    expect(wrong).toMatchObject({ code: 1 });
  });

  it("takes back what was a mistake, in sight of all, and lets it be entered right", async () => {
    const before = await balance("assets:bank:balance");
    const wrong = ["expense", "development", "bank", "1.50", ...because(), "--json", "--yes"];
    const { json } = await run("treasury", ...wrong);
    const undo = ["undo", json.treasuryId, ...because(), "--json"];
    expect((await run("treasury", ...undo)).json).toMatchObject({ isNew: true });
    expect((await run("treasury", ...undo)).json).toMatchObject({ isNew: false });
    expect(await balance("assets:bank:balance")).toEqual(before);
    expect(await balance("expenses:development")).toEqual([]);
    const listed = (await run("treasury", "list", "--json")).json.entries.at(-1);
    expect(listed).toMatchObject({ treasury_id: json.treasuryId, undone_day: expect.any(String) });
    const again = await run("treasury", ...wrong);
    expect(again.json).toMatchObject({ isNew: true });
    expect(again.json.treasuryId).not.toBe(json.treasuryId);
    expect((await run("treasury", ...wrong)).json).toMatchObject({
      ...{ treasuryId: again.json.treasuryId, isNew: false },
    });
    await run("treasury", "undo", again.json.treasuryId, ...because());
    expect(await balance("assets:bank:balance")).toEqual(before);
    const lines = await run("treasury", "list");
    expect(lines.output).toMatch(/expense bank → development {2}1\.50 EUR .*\(undone on /);
    for (const unknown of ["x", "00000000-0000-4000-8000-000000000000"]) {
      expect(await run("treasury", "undo", unknown, ...because())).toMatchObject({ code: 1 });
    }
  });
});

describe("import-donations", () => {
  const header =
    "Sponsor Handle,Sponsorship Started On,Is Public?,Transaction ID,Processed Amount,Status,Transaction Date";
  const started = "2026-09-07 19:46:01 +0000";
  const lines = [
    header,
    `ana,${started},true,ch_1,$4.52,settled,2026-09-07 19:46:05 +0000`,
    `ana,${started},true,ch_2,$5.00,settled,2026-10-07 19:46:05 +0000`,
    `bruno,${started},false,ch_3,$7.00,credit_balance_adjusted,2026-10-07 19:46:05 +0000`,
  ];

  it("shows what it would do, then settles what a webhook reported and books the other months", async () => {
    const file = join(world.folder, "github.csv");
    writeFileSync(file, `\uFEFF${lines.join("\n")}\n`);
    const externalId = "S_kw/2026-09-07T19:46:01Z/monthly";
    const created = m.gift(world, "github", externalId);
    const references = {
      sponsorship: "S_kw",
      startedAt: "2026-09-07T19:46:01Z",
      billing: "monthly",
    };
    const extra = { references, name: created.secret("Ana") };
    await created.report(m.received("5.00 USD", extra));
    await world.caughtUp();

    const before = await world.store.lastPosition();
    const shown = await run("importDonations", file, "--json");
    const counts = { new: 1, settles: 1, replaces: 0, known: 0, waits: 0, unsure: 0 };
    expect(shown.json).toMatchObject({ applied: false, counts, leftOut: [{ line: 4 }] });
    expect(await world.store.lastPosition()).toBe(before);

    const applied = await run("importDonations", file, "--apply", "--maintainer", "olga", "--json");
    expect(applied.json).toMatchObject({ applied: true, counts });
    expect(await balance("assets:github:balance")).toEqual(["9.52 USD"]);
    expect(await balance("income:donations:github")).toEqual(["-9.52 USD"]);
    expect(await balance("assets:github:clearing")).toEqual([]);
    expect(await balance("equity:conversion")).toEqual([]);
    const rows = await listDonationsBy(world.readDb, "github");
    expect(rows).toMatchObject([
      { external_id: externalId, settlement_key: "ch_1", status: "settled", manual: 1 },
      { external_id: "ch_2", settlement_key: "ch_2", status: "settled", visibility: "shown" },
    ]);

    const again = await run("importDonations", file, "--apply", "--json");
    expect(again.json.counts).toMatchObject({ new: 0, settles: 0, known: 2, waits: 0 });
    expect(await balance("assets:github:balance")).toEqual(["9.52 USD"]);
  });

  it("takes our own columns, and refuses what is neither", async () => {
    const own = join(world.folder, "own.csv");
    writeFileSync(own, "source,reference,date,amount,currency\nbank,DE-77,2026-11-02,5.00,CHF\n");
    const { output, code } = await run("importDonations", own, "--apply");
    expect(code).toBe(0);
    expect(output).toContain("1  new gifts");
    expect(await balance("assets:bank:suspense")).toEqual(["5.00 CHF"]);
    const twice = join(world.folder, "twice.csv");
    writeFileSync(twice, "source,reference,date,amount,amount,currency\n");
    expect((await run("importDonations", twice)).output).toContain("columns are called amount");
    const latin = join(world.folder, "latin.csv");
    writeFileSync(latin, Buffer.from("source,reference,date,amount,currency\nbank,Ü,", "latin1"));
    expect((await run("importDonations", latin)).output).toContain("Save it as UTF-8");
    const odd = join(world.folder, "odd.csv");
    writeFileSync(odd, "a,b\n1,2\n");
    const refused = await run("importDonations", odd);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain("The first line must name the columns");
  });
});

describe("a text that is too long", () => {
  it.each([
    [
      "reason",
      "treasury",
      ["expense", "infrastructure", "bank", "1.00", "--yes"],
      "x".repeat(2001),
    ],
    ["reason", "addDonation", ["bank", "1.00"], "€".repeat(2001)],
    ["message", "addDonation", ["bank", "1.00", "eur", "Zoë", "x".repeat(2001)], "transfer"],
    ["name", "addDonation", ["bank", "1.00", "eur", "x".repeat(501)], "transfer"],
  ])("is refused before anything is recorded, by its name: %s by %s", async (field, ...given) => {
    const [script, args, reason] = given;
    const last = await world.store.lastPosition();
    const ran = await run(script, ...args, "--reason", reason, "--evidence", statement);
    expect(ran.code).toBe(1);
    expect(ran.output).toMatch(new RegExp(`${field} is too long: .* at most \\d+ characters`));
    expect(await world.store.lastPosition()).toBe(last);
  });
});

describe("balances and reports", () => {
  it("show every balance, now and at a time in the past, and that the books balance", async () => {
    const now = await run("balances", "--json");
    expect(now).toMatchObject({ code: 0, json: { broken: [] } });
    const end = String(await world.store.lastPosition());
    expect(now.json.readUpTo).toEqual({ position: end, at: expect.stringMatching(/^20.*Z$/) });
    expect(now.json.balances).toContainEqual({
      account: "assets:paypal:balance",
      amount: "20.00",
      currency: "EUR",
    });
    const position = String((await m.postedEvents(world)).at(1)?.position);
    const then = await run("balances", "--at", position, "--json");
    expect(then.json.readUpTo).toEqual({ position, at: null });
    expect(then.json.balances).toContainEqual({
      account: "assets:bank:balance",
      amount: "24.65",
      currency: "EUR",
    });
    expect(await run("balances", "--at", "2026-11")).toMatchObject({ code: 1 });
    const at = "2026-12-01T00:10:00.000Z";
    await handle(
      world.ledger,
      booksDecider,
      { type: "CloseMonth", month: "2026-11", at },
      contextAt(at),
    );
    const closed = await run("balances", "--at", "2026-11", "--json");
    expect(closed.json.balances).toEqual(now.json.balances);
  });

  it("fail when the books do not add up", async () => {
    const where = { account: "assets:paypal:balance" };
    const { readDb } = world;
    const set = (balance: string) =>
      readDb
        .updateTable("read_entry")
        .set({ balance })
        .where("account", "=", where.account)
        .execute();
    await set("21.000");
    const { code, output } = await run("balances");
    expect(code).toBe(1);
    expect(output).toContain("BROKEN EUR: every settled cent is owed to somebody");
    await set("20.000");
  });

  it("write a month as Markdown, JSON and CSV, and name nobody", async () => {
    const markdown = await run("generateReport", "2026-11");
    expect(markdown.output).toContain("# 2026-11");
    expect(markdown.output).toContain("| received | bank | 25.00 EUR | 1 |");
    expect(markdown.output).toContain(evidence);
    const table = await run("generateReport", "2026-11", "--format=csv");
    const rows: Record<string, string>[] = parse(table.output, { columns: true });
    const received = { kind: "received", source: "github", amount: "9.52", currency: "USD" };
    expect(rows).toContainEqual(expect.objectContaining(received));
    const json = await run("generateReport", "2026-11", "--format=json");
    expect(JSON.parse(json.output)).toMatchObject({ month: "2026-11", status: "closed" });
    expect([markdown, table, json].map(({ output }) => output).join()).not.toMatch(/Zoë|Ana/);
    expect((await run("generateReport", "2019-01")).code).toBe(1);
    expect((await run("generateReport", "2026-11", "--format=pdf")).code).toBe(1);
  });

  it("explain themselves", async () => {
    const names = [
      "addDonation",
      "importDonations",
      "treasury",
      "balances",
      "generateReport",
      "workerStats",
    ];
    const answers = await Promise.all(names.map((name) => run(name, "--help")));
    for (const { code, output } of answers) {
      expect(code).toBe(0);
      expect(output).toContain("npm run ");
    }
  });
});

describe("a payment that the ledger knows by another name", () => {
  it("is known to lists and by hand, and what differs is named", async () => {
    const intent = m.gift(world, "stripe", "pi_known");
    const references = { charge: "ch_known" };
    const settled = { ...m.settled("9.00 EUR", "0.40 EUR"), moneyKey: "txn_known" };
    await intent.report(m.received("9.00 EUR", { references }), settled);
    await world.caughtUp();
    const file = join(world.folder, "charges.csv");
    const rows = (amount: string) =>
      [
        "source;reference;date;amount;currency".replaceAll(";", ","),
        `stripe,ch_known,2026-11-22,"${amount}",EUR`,
        `bank,DE-1000,2026-11-22,"1.234,50",EUR`,
      ].join("\n");
    writeFileSync(file, rows("8,00"));
    const { json } = await run("importDonations", file, "--decimal-comma", "--json");
    expect(json.counts).toMatchObject({ known: 1, new: 1 });
    expect(json.rows).toContainEqual(expect.objectContaining({ amount: "1234.50" }));
    expect(json.differences).toEqual([
      { line: 2, reference: "ch_known", difference: "the ledger has it with 9.00 EUR" },
    ]);
    writeFileSync(file, rows("9,00"));
    const same = await run("importDonations", file, "--decimal-comma", "--json");
    expect(same.json.differences).toEqual([]);
    expect((await run("importDonations", file, "--json")).json.leftOut).toHaveLength(2);
    for (const reference of ["ch_known", "txn_known", "pi_known"]) {
      const named = ["--reference", reference, "--json"];
      const entered = await run("addDonation", "stripe", "9.00", "EUR", ...because(), ...named);
      expect(entered.json).toMatchObject({ isNew: false });
    }
    const before = await world.store.lastPosition();
    const long = ["bank", "1.00", "EUR", "Zoë", "thanks", "a", "lot", ...because()];
    const refused = await run("addDonation", ...long);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.output).toContain("2 words too many");
    expect(await world.store.lastPosition()).toBe(before);
  });
});

describe("control characters", () => {
  it.each([
    ["The name", ["EUR", "Zo\u0007e"]],
    ["The message", ["EUR", "Zoe", "thanks\u001b[2J"]],
    ["--email", ["--email", "zoe@example.org\r\nBcc: x"]],
    ["--reason", ["--reason", "by hand\u0001"]],
    ["A reference", ["--reference", "DE\n1"]],
    ["A reference", ["--reference", "DE\u200b1"]],
  ])("are refused with the name of what holds them: %s", async (what, args) => {
    const before = await world.store.lastPosition();
    const refused = await run("addDonation", "bank", "1.00", ...because(), ...args);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.output).toContain(`${what} is one line`);
    expect(refused.output).toMatch(/without control (or invisible )?characters/);
    expect(await world.store.lastPosition()).toBe(before);
  });
});

describe("a reference in any alphabet", () => {
  const reference = "Überweisung 寄付-7 č/ß";

  it("names one gift, by hand and in a list, however its letters are composed", async () => {
    const args = ["bank", "3.00", "eur", ...because(), "--json", "--reference"];
    const spelled = [reference, reference.normalize("NFD"), ` ${reference} `];
    const answers = [];
    for (const each of spelled) answers.push(await run("addDonation", ...args, each));
    expect(answers.map(({ json }) => json.isNew)).toEqual([true, false, false]);
    const file = join(world.folder, "letters.csv");
    // As on an old Mac, and mixed.
    const lines = ["source,reference,date,amount,currency", "", ""];
    lines[1] = `bank,${reference.normalize("NFD")},2026-11-02,3.00,EUR`;
    lines[2] = "bank,Ω-1,2026-11-02,1.00,EUR";
    await world.caughtUp();
    for (const end of ["\r", "\n", "\r\n"]) {
      writeFileSync(file, lines.join(end));
      const { json } = await run("importDonations", file, "--json");
      expect(json.counts).toMatchObject({ known: 1, new: 1 });
    }
    const mixed = `${lines[0]}\r\n${lines[1]}\n${lines[2]}\r`;
    writeFileSync(file, mixed);
    expect((await run("importDonations", file, "--json")).json.counts).toMatchObject({ new: 1 });
    await world.caughtUp();
    const rows = await listDonationsBy(world.readDb, "bank");
    expect(rows.map((row) => row.external_id)).toContain(reference);
  });
});
