/** Enters transfers of our own money, and expenses. See `usage`. */
import { parseArgs } from "node:util";
import { handle } from "../commands/handle.js";
import { funds, providers } from "../domain/money/accounts.js";
import type { MoveFunds, PayExpense } from "../domain/treasury/commands.js";
import { treasuryDecider } from "../domain/treasury/decider.js";
import { providerCommandId, reactionId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import * as tool from "./money/ledgerTool.js";
import { readAmount, readFee } from "./money/readAmount.js";
import { readProvider } from "./money/readProvider.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const usage = `Enters transfers of our own money, and expenses. They are marked as manual everywhere.

  npm run treasury -- move <from> <to> <amount> [currency] --reason … --evidence FILE [--fee AMOUNT]
  npm run treasury -- expense <fund> <from> <amount> [currency] --reason … --evidence FILE

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

if (options.help) console.log(usage);
else await enter();

type Entered = Omit<MoveFunds, About> | Omit<PayExpense, About>;
type About = "treasuryId" | "at" | "reason" | "evidenceSha256";

async function enter(): Promise<void> {
  const manual = await tool.readManual(options);
  const entered = readCommand();
  // The same words about the same document are the same thing, entered again.
  const sameAgain = JSON.stringify([manual.evidenceSha256, entered, options.reference]);
  const treasuryId = providerCommandId("treasury", sameAgain);
  const context = tool.contextOfMaintainer(reactionId(treasuryId, "enter"), options.maintainer);
  const command = { ...entered, ...manual, treasuryId, at: context.at };
  const { position } = await tool.withLedger(options.data, ({ ledger }) =>
    handle(ledger, treasuryDecider, command, context),
  );
  const isNew = position !== undefined;
  const { amount, currency } = entered.amount;
  if (options.json) console.log(JSON.stringify({ isNew, treasuryId, actor: context.actor }));
  else if (isNew) console.log(`Recorded ${amount} ${currency}, entered by ${context.actor}.`);
  else console.log("The ledger already has this: nothing was added.");
}

function readCommand(): Entered {
  const [verb, first, second, amountText, code = "EUR"] = positionals;
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
      throw new Refusal("The first argument must be move or expense. See --help.");
  }
}
