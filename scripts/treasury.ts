/** Enters transfers of our own money and expenses, and undoes mistakes. See `usage`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { enterTreasury } from "../commands/treasury/enterTreasury.js";
import { undoTreasury } from "../commands/treasury/undoTreasury.js";
import { funds, providers } from "../domain/money/accounts.js";
import { moneyOf } from "../domain/money/money.js";
import type { MoveFunds, PayExpense } from "../domain/treasury/commands.js";
import { providerCommandId, reactionId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import type { TreasuryRow } from "../projections/treasury/queries.js";
import { listTreasury } from "../projections/treasury/queries.js";
import * as tool from "./money/ledgerTool.js";
import { readAmount, readFee } from "./money/readAmount.js";
import { readProvider } from "./money/readProvider.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const listedMax = 50;
const usage = `Enters transfers of our own money, and expenses, and undoes what was entered by mistake. They are marked
as manual everywhere.

  npm run treasury -- move <from> <to> <amount> [currency] --reason … --evidence FILE [--fee AMOUNT]
  npm run treasury -- expense <fund> <from> <amount> [currency] --reason … --evidence FILE
  npm run treasury -- undo <entry> --reason … --evidence FILE
  npm run treasury -- list

  undo               the entry was a mistake: a correction takes it back whole, with its fee. No money
                     moves. Then enter what is right
  list               the newest ${listedMax} entries, each with its id
  entry              its id, as list shows it
  from, to           ${providers.join(", ")}
  fund               ${funds.join(", ")}
  currency           default EUR
${tool.manualUsage}  --fee AMOUNT       what the provider kept for moving it (default 0)
  --reference TEXT   sets apart two alike entries that have the same evidence
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    ...tool.manualOptions,
    fee: { type: "string", default: "0" },
    reference: { type: "string", default: "" },
  },
});

const [verb] = positionals;
if (options.help) console.log(usage);
else if (verb === "list") await list();
else if (verb === "undo") await undo();
else await enter();

type Entered = Omit<MoveFunds, About> | Omit<PayExpense, About>;
type About = "treasuryId" | "at" | "reason" | "evidenceSha256";

async function enter(): Promise<void> {
  const manual = await tool.readManual(options);
  const entered = readCommand();
  // The same words about the same document are the same thing, entered again.
  const sameAgain = JSON.stringify([manual.evidenceSha256, entered, options.reference]);
  const firstId = providerCommandId("treasury", sameAgain);
  const context = tool.contextOfMaintainer(reactionId(firstId, "enter"), options.maintainer);
  const entry = { ...entered, ...manual, treasuryId: firstId, at: context.at };
  const { treasuryId, isNew } = await tool.withLedger(options.data, ({ ledger }) =>
    enterTreasury(ledger, entry, context),
  );
  const { amount, currency } = entered.amount;
  if (options.json) console.log(JSON.stringify({ isNew, treasuryId, actor: context.actor }));
  else if (isNew) {
    console.log(`Recorded ${amount} ${currency} as ${treasuryId}, entered by ${context.actor}.`);
  } else console.log(`The ledger already has this as ${treasuryId}: nothing was added.`);
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
  return `${row.treasury_id}  ${row.day}  ${where}  ${amount} ${currency}  ${row.reason}${undone}`;
}

function readCommand(): Entered {
  const [, first, second, amountText, code = "EUR"] = positionals;
  refuseExtraWords(positionals, 5);
  const currency = code.toUpperCase();
  const amount = readAmount(amountText, currency);
  switch (verb) {
    case "move": {
      const [from, to] = [readProvider(first), readProvider(second)];
      if (from === to)
        throw new Refusal("The money is already there: name two different accounts.");
      return { type: "MoveFunds", from, to, amount, fee: readFee(options.fee, amount) };
    }
    case "expense": {
      const fund = funds.find((each) => each === first);
      if (fund === undefined) throw new Refusal(`The fund must be one of ${funds.join(", ")}.`);
      return { type: "PayExpense", fund, from: readProvider(second), amount };
    }
    default:
      throw new Refusal("The first argument must be move, expense, undo or list. See --help.");
  }
}
