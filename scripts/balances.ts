/** Shows the balance of every account. See `usage`. */
import { parseArgs } from "node:util";
import { balancesOf, brokenInvariants } from "../domain/money/invariants.js";
import type { Instant } from "../domain/time.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import { listBalances } from "../projections/entries/queries.js";
import { findMonth } from "../projections/months/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import { findAsOf, findProgress } from "../projections/runner/queries.js";
import * as tool from "./money/ledgerTool.js";

const usage = `Shows the balance of every account: + is what we hold, - is what we owe or were given. Fails when
the books do not balance.

  npm run balances -- [--at WHEN]

  --at WHEN          the balances after the event at this position in the log, or at the end of a
                     closed month such as 2026-11 (default: now). It says up to where the ledger was
                     read; the day of an entry is that of the payment, and may be older
${tool.commonUsage}`;

const { values: options } = parseArgs({
  options: { ...tool.commonOptions, at: { type: "string" } },
});

if (options.help) console.log(usage);
else await show();

async function show(): Promise<void> {
  const startedAt = systemClock.now();
  const { rows, asOf, readUpTo } = await tool.withLedger(options.data, async ({ readDb }) => {
    const place = await readPlace(readDb, options.at);
    return {
      rows: await listBalances(readDb, place),
      asOf: await findAsOf(readDb, place.at ?? null),
      readUpTo: await readUpToOf(readDb, place.at, startedAt),
    };
  });
  const postings = rows.map(({ account, balance }) => ({ account, ...balance }));
  const broken = brokenInvariants(balancesOf(postings));
  if (broken.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ balances: postings, broken, readUpTo, asOf }));
    return;
  }
  const width = Math.max(...postings.map(({ amount }) => amount.length), 0);
  for (const { account, amount, currency } of postings) {
    console.log(`${amount.padStart(width)} ${currency}  ${account}`);
  }
  console.log(sentenceOf(readUpTo));
  if (asOf.day !== null) console.log(`The newest entry in them is ${asOf.entry}, of ${asOf.day}.`);
  const sentence = "The books balance: all settled money is held somewhere and owed to somebody.";
  console.log(broken.length === 0 ? sentence : broken.map((each) => `BROKEN ${each}`).join("\n"));
}

/** The end of what the balances hold. */
interface ReadUpTo {
  readonly position: string;
  /** All that was written by then is in them; null for a place in the past. */
  readonly at: Instant | null;
}

/** The read models were found to hold all of the log after `startedAt`. */
async function readUpToOf(
  db: ReadDb,
  place: bigint | undefined,
  startedAt: Instant,
): Promise<ReadUpTo> {
  const { position } = (await findProgress(db, async () => undefined)).money;
  return place !== undefined && place < position
    ? { position: String(place), at: null }
    : { position: String(position), at: startedAt };
}

function sentenceOf({ position, at }: ReadUpTo): string {
  const time = at === null ? "" : `: all that was written by ${at}`;
  return `The ledger was read up to position ${position}${time}.`;
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
