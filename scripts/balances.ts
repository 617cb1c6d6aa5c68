/** Shows the balance of every account. See `usage`. */
import { parseArgs } from "node:util";
import { balancesOf, brokenInvariants } from "../domain/money/invariants.js";
import { Refusal } from "../platform/process/refusal.js";
import { listBalances } from "../projections/entries/queries.js";
import { findMonth } from "../projections/months/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import { findAsOf } from "../projections/runner/queries.js";
import * as tool from "./money/ledgerTool.js";

const usage = `Shows the balance of every account: + is what we hold, - is what we owe or were given. Fails when
the books do not balance.

  npm run balances -- [--at WHEN]

  --at WHEN          the balances after the event at this position in the log, or at the end of a
                     closed month such as 2026-11 (default: now)
${tool.commonUsage}`;

const { values: options } = parseArgs({
  options: { ...tool.commonOptions, at: { type: "string" } },
});

if (options.help) console.log(usage);
else await show();

async function show(): Promise<void> {
  const { rows, asOf } = await tool.withLedger(options.data, async ({ readDb }) => ({
    rows: await listBalances(readDb, await readPlace(readDb, options.at)),
    asOf: await findAsOf(readDb),
  }));
  const postings = rows.map(({ account, balance }) => ({ account, ...balance }));
  const broken = brokenInvariants(balancesOf(postings));
  if (broken.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ balances: postings, broken, asOf }));
    return;
  }
  const width = Math.max(...postings.map(({ amount }) => amount.length), 0);
  for (const { account, amount, currency } of postings) {
    console.log(`${amount.padStart(width)} ${currency}  ${account}`);
  }
  if (options.at === undefined && asOf.day !== null)
    console.log(`As of ${asOf.day}, entry ${asOf.entry}.`);
  const sentence = "The books balance: all settled money is held somewhere and owed to somebody.";
  console.log(broken.length === 0 ? sentence : broken.map((each) => `BROKEN ${each}`).join("\n"));
}

async function readPlace(db: ReadDb, at: string | undefined): Promise<{ at?: bigint }> {
  if (at === undefined) return {};
  if (/^\d{1,19}$/.test(at)) return { at: BigInt(at) };
  const month = await findMonth(db, at);
  if (month?.span.to == null) {
    throw new Refusal("--at must be a position in the log, or a closed month such as 2026-11.");
  }
  return { at: month.span.to };
}
