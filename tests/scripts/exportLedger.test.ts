import { execFile, execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loggedTypes } from "../../domain/log/loggedTypes.js";
import { balancesOf } from "../../domain/money/invariants.js";
import type { Posting } from "../../domain/money/postings.js";
import { idOf } from "../support/generations.js";
import { allPostings } from "../support/postings.js";
import * as sharing from "../support/sharing.js";
import { environmentOf } from "../support/toolEnvironment.js";
import { openWorld, type World } from "../support/world.js";

let world: World;
/** Three months, four currencies, of which some have no or three decimals, shared out twice. */
beforeAll(async () => {
  world = await openWorld();
  await sharing.trustedNode(world, idOf(11), idOf(1));
  await sharing.trustedNode(world, idOf(12), idOf(2));
  for (const month of ["2026-11", "2026-12"]) {
    await sharing.give(world, "100.00");
    await sharing.give(world, "0.01");
    await sharing.give(world, "5000", undefined, "JPY");
    await sharing.give(world, "7.125", undefined, "KWD");
    await sharing.give(world, "1234567.89", undefined, "USD");
    await sharing.work(world, idOf(11), idOf(3));
    await sharing.work(world, idOf(12), idOf(3));
    await sharing.close(world, month);
  }
  await sharing.shareOut(world);
  await sharing.give(world, "3.00");
}, 60_000);
afterAll(() => world.close());

const bootstrap = fileURLToPath(new URL("../../scripts/bootstrap.mjs", import.meta.url));
/** The event store is in this process, so it must not wait. */
function run(...words: readonly string[]) {
  const args = [bootstrap, "scripts/exportLedger.ts", ...words];
  return new Promise<{ failed: boolean; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, args, { env: environmentOf(world) }, (error, stdout, stderr) => {
      resolve({ failed: error !== null, stdout, stderr });
    });
  });
}
async function exported(...words: readonly string[]): Promise<string> {
  const { failed, stdout, stderr } = await run(...words);
  expect(failed, stderr).toBe(false);
  return stdout;
}
const hledger = (journal: string, ...words: string[]): string =>
  execFileSync("hledger", ["-f", "-", ...words], { input: journal, encoding: "utf8" });

/** Account by account, as hledger adds them up. */
function balancesByHledger(journal: string): string[] {
  const [, ...rows] = hledger(journal, "balance", "--flat", "-O", "csv", "--layout=bare")
    .trim()
    .split("\n");
  return rows
    .map((row) => row.replaceAll('"', "").split(","))
    .filter(([account]) => account !== "total")
    .map(([account, currency, amount]) => `${account} ${amount} ${currency}`)
    .sort();
}

async function balancesByUs(): Promise<string[]> {
  return [...balancesOf(await allPostings(world))]
    .flatMap(([account, sums]) => [...sums].map(([currency, sum]) => ({ account, currency, sum })))
    .filter(({ sum }) => !sum.isZero())
    .map(({ account, currency, sum }) => `${account} ${sum.toFixed(places(currency))} ${currency}`)
    .sort();
}
const places = (currency: string): number => ({ JPY: 0, KWD: 3 })[currency] ?? 2;

describe("the ledger for other programs", () => {
  it("is a journal that hledger finds nothing wrong with, and adds up to our balances", async () => {
    const journal = await exported("--format=hledger");
    hledger(journal, "check", "-s");
    hledger(journal, "check", "ordereddates");
    expect(balancesByHledger(journal)).toEqual(await balancesByUs());
    expect(journal).toContain("2026-12-31 * 2026-12 is closed");
    const cents = journal.replace("100.00 EUR", "100.01 EUR");
    expect(() => hledger(cents, "check", "-s")).toThrow();
  });

  it("begins in the middle with the balances of then", async () => {
    const journal = await exported("--format=hledger", "--from=2026-12");
    hledger(journal, "check", "-s");
    expect(journal).toContain("2026-12-01 * opening balances");
    expect(journal).not.toContain("2026-11 is closed");
    expect(balancesByHledger(journal)).toEqual(await balancesByUs());
    const first = await exported("--format=hledger", "--to=2026-11");
    hledger(first, "check", "-s");
    expect(first).not.toContain("2026-12");
  });

  it("is a table of each line of each entry", async () => {
    const [head, ...rows] = (await exported("--format=csv")).trim().split("\r\n");
    expect(head).toBe("id,type,month,day,account,amount,currency");
    const sums = balancesOf(
      rows.map((row) => {
        const [, , , , account = "", amount = "", currency = ""] = row.split(",");
        return { account, amount, currency } as Posting;
      }),
    );
    expect(sums.get("liabilities:undistributed")?.get("EUR")?.toFixed(2)).toBe("-3.00");
  });

  it("is a table without rows for months that have nothing", async () => {
    expect(await exported("--format=csv", "--from=2030-01")).toBe(
      "id,type,month,day,account,amount,currency\r\n",
    );
  });

  it("is its leaves, one a line", async () => {
    const lines = (await exported("--format=ndjson")).trim().split("\n");
    const types = new Set(lines.map((line) => JSON.parse(line).type));
    expect([...types].filter((type) => !loggedTypes.includes(type))).toEqual([]);
    expect(types).toContain("DistributionSharesRecorded");
  });

  it.each([
    ["no format", []],
    ["an unknown format", ["--format=pdf"]],
    ["what is no month", ["--format=csv", "--from=2026-13"]],
    ["months in the wrong order", ["--format=csv", "--from=2026-12", "--to=2026-11"]],
    ["too many words", ["--format=csv", "2026-11"]],
  ])("is not written with %s", async (_what, words) => {
    const { failed, stdout, stderr } = await run(...words);
    expect({ failed, stdout }).toEqual({ failed: true, stdout: "" });
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((line) => !line.startsWith("Building")),
    ).toHaveLength(1);
  });
});
