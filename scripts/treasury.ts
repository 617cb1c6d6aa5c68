/** Enters transfers of our own money and expenses, and undoes mistakes. See `usage`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { enterTreasury, type TreasuryEntered } from "../commands/treasury/enterTreasury.js";
import { undoTreasury } from "../commands/treasury/undoTreasury.js";
import { funds, providers } from "../domain/money/accounts.js";
import { type Money, moneyOf } from "../domain/money/money.js";
import { feeIdOf, providerCommandId, reactionId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import type { TreasuryRow } from "../projections/treasury/queries.js";
import { listTreasury } from "../projections/treasury/queries.js";
import { type Beyond, beyondBalance, beyondSentence } from "./money/beyondBalance.js";
import * as tool from "./money/ledgerTool.js";
import { type Entered, readTreasuryEntry } from "./money/readTreasuryEntry.js";
import { receivedIn } from "./money/receivedIn.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const listedMax = 50;
const usage = `Enters transfers of our own money, expenses and fees of accounts, and undoes what was entered by
mistake. They are marked as manual everywhere.

  npm run treasury -- move <from> <to> <amount> [currency] --reason … --evidence FILE [--fee AMOUNT]
                      [--received "455.00 EUR"]
  npm run treasury -- expense <fund> <from> <amount> [currency] --reason … --evidence FILE
  npm run treasury -- fee <from> <amount> [currency] --transaction ID --reason … --evidence FILE
  npm run treasury -- undo <entry> --reason … --evidence FILE
  npm run treasury -- list

  move               with --received it is a conversion of money that is not shared out yet: it leaves
                     one currency's pool and joins the other's, and bears the fee itself
  fee                what a provider charged the account, for no payment; the infrastructure fund bears
                     it. npm run reconcile -- --repair enters those that the provider names
  undo               the entry was a mistake: a correction takes it back whole, with its fee. No money
                     moves. Then enter what is right
  list               the newest ${listedMax} entries, each with its id
  entry              its id, as list shows it
  from, to           ${providers.join(", ")}
  fund               ${funds.join(", ")}
  currency           default EUR
${tool.manualUsage}  --fee AMOUNT       what the provider kept for moving it (default 0)
  --received SUM     what arrived, in another currency, as the statement says
  --transaction ID   the provider's own id of the fee, which never counts twice
  --given-back       the provider gave the fee back
  --reference TEXT   sets apart two alike entries that have the same evidence
  --yes              enters it although an account would give more than it holds; else that is refused
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    ...tool.manualOptions,
    fee: { type: "string", default: "0" },
    received: { type: "string" },
    transaction: { type: "string" },
    "given-back": { type: "boolean", default: false },
    reference: { type: "string", default: "" },
    yes: { type: "boolean", default: false },
  },
});

const [verb] = positionals;
if (options.help) console.log(usage);
else if (verb === "list") await list();
else if (verb === "undo") await undo();
else await enter();

async function enter(): Promise<void> {
  const entered = readTreasuryEntry(positionals, options);
  const manual = await tool.readManual(options);
  const firstId = idOf(entered, manual.evidenceSha256);
  const context = tool.contextOfMaintainer(reactionId(firstId, "enter"), options.maintainer);
  const entry = { ...entered, ...manual, treasuryId: firstId, at: context.at };
  let beyond: readonly Beyond[] = [];
  const done = await tool.withLedger(options.data, ({ ledger, readDb }) =>
    enterTreasury(ledger, entry, context, async (postings) => {
      beyond = await beyondBalance(readDb, entry, postings);
      if (beyond.length > 0 && !options.yes) refuseBeyond(beyond);
    }),
  );
  report({ ...done, actor: context.actor, beyond }, entered.amount);
}

/** The same words about the same document are the same thing, entered again; a fee has a name of its own. */
function idOf(entered: Entered, evidenceSha256: string): string {
  if (entered.type === "ChargeFee") return feeIdOf(entered.from, entered.transactionId);
  const sameAgain = JSON.stringify([evidenceSha256, entered, options.reference]);
  return providerCommandId("treasury", sameAgain);
}

/** @throws Refusal */
function refuseBeyond(beyond: readonly Beyond[]): never {
  if (options.json)
    console.log(JSON.stringify({ isNew: false, refused: "BEYOND_BALANCE", beyond }));
  const sentences = beyond.map(beyondSentence).join("; ");
  throw new Refusal(`Nothing was entered: ${sentences}. If that is right, add --yes.`);
}

interface Report extends TreasuryEntered {
  readonly actor: string;
  readonly beyond: readonly Beyond[];
}

function report({ isNew, treasuryId, actor, beyond }: Report, { amount, currency }: Money): void {
  if (options.json) {
    console.log(JSON.stringify({ isNew, treasuryId, actor, beyond }));
    return;
  }
  for (const each of beyond) console.log(`Note: ${beyondSentence(each)}.`);
  if (isNew) console.log(`Recorded ${amount} ${currency} as ${treasuryId}, entered by ${actor}.`);
  else console.log(`The ledger already has this as ${treasuryId}: nothing was added.`);
}

async function undo(): Promise<void> {
  refuseExtraWords(positionals, 2);
  const manual = await tool.readManual(options);
  const treasuryId = z.uuid().safeParse(positionals[1]).data;
  if (treasuryId === undefined) {
    throw new Refusal("Name the entry by its id: npm run treasury -- list shows it.");
  }
  const context = tool.contextOfMaintainer(reactionId(treasuryId, "undo"), options.maintainer);
  const undone = { treasuryId, ...manual, at: context.at };
  const isNew = await tool.withLedger(options.data, ({ ledger }) =>
    undoTreasury(ledger, undone, context),
  );
  if (options.json) console.log(JSON.stringify({ isNew, treasuryId, actor: context.actor }));
  else if (isNew) console.log(`Took back ${treasuryId}, entered by ${context.actor}.`);
  else console.log("It is undone already: nothing was added.");
}

async function list(): Promise<void> {
  refuseExtraWords(positionals, 1);
  const all = await tool.withLedger(options.data, ({ readDb }) =>
    listTreasury(readDb, { from: null, to: null }),
  );
  const entries = all.slice(-listedMax);
  if (options.json) console.log(JSON.stringify({ entries }));
  else for (const entry of entries) console.log(lineOf(entry));
  if (!options.json && entries.length === 0) console.log("Nothing was entered yet.");
}

function lineOf(row: TreasuryRow): string {
  const { amount, currency } = moneyOf(row.amount, row.currency);
  const where = `${row.kind} ${row.from_provider} → ${row.to_place}`;
  const undone = row.undone_day === null ? "" : ` (undone on ${row.undone_day})`;
  const sum = `${amount} ${currency}${receivedIn(row)}`;
  return `${row.treasury_id}  ${row.day}  ${where}  ${sum}  ${row.reason}${undone}`;
}
