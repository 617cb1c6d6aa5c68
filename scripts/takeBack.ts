/** Takes back work that should not earn, and shares that should not be paid. See `usage`. */
import { parseArgs } from "node:util";
import { handle } from "../commands/handle.js";
import { findShare, type ShareName } from "../commands/sharing/findShare.js";
import { voidWork } from "../commands/sharing/voidWork.js";
import { payableDecider } from "../domain/payable/decider.js";
import { providerCommandId, reactionId } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import { findOperatorOfPayId } from "../projections/tenures/queries.js";
import * as tool from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readId } from "./readId.js";
import { readMonth } from "./readMonth.js";

const usage = `Takes back work that should not earn, and shares that should not be paid.

  npm run take-back -- work <generation> --reason TEXT --evidence FILE
  npm run take-back -- share <YYYY-MM> <currency> <pay id> --reason TEXT --evidence FILE

  work               counts nothing in its month. Once that is closed, its units stay as they are
  share              goes back into the workers' pool, and the next month shares it out
${tool.manualUsage}${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...tool.commonOptions, ...tool.manualOptions },
});

if (options.help) console.log(usage);
else await takeBack();

async function takeBack(): Promise<void> {
  const [verb, first, second, third] = positionals;
  switch (verb) {
    case "work":
      refuseExtraWords(positionals, 2);
      return takeBackWork(readId("generation", first));
    case "share": {
      refuseExtraWords(positionals, 4);
      const month = readMonth(first);
      const currency = (second ?? "").toUpperCase();
      if (!/^[A-Z]{3}$/.test(currency)) throw new Refusal("Name the currency, such as EUR.");
      return takeBackShare({ month, currency, payId: readId("pay id", third) });
    }
    default:
      throw new Refusal("The first argument must be work or share. See --help.");
  }
}

async function takeBackWork(generationId: string): Promise<void> {
  const manual = await tool.readManual(options);
  const commandId = reactionId(generationId, "take back");
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  const voided = await tool.withLedger(options.data, ({ ledger }) =>
    voidWork(ledger, { generationId, ...manual }, context),
  );
  if (options.json) return console.log(JSON.stringify({ generationId, ...voided }));
  console.log(voided.isNew ? "The work is voided." : "The work was voided before.");
  console.log(
    voided.lowersUnits
      ? "It counts nothing in its month."
      : "Its month was closed before: its units stay. `npm run take-back -- share` takes back what it earned.",
  );
}

async function takeBackShare(name: ShareName): Promise<void> {
  const manual = await tool.readManual(options);
  const commandId = providerCommandId("take back", `${name.month} ${name.currency} ${name.payId}`);
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  const taken = await tool.withLedger(options.data, async ({ ledger, readDb }) => {
    const amount = await findShare(ledger, name);
    const operatorId = await findOperatorOfPayId(readDb, name.payId);
    if (operatorId === undefined) throw new Refusal(`No node has the pay id ${name.payId}.`);
    const about = { ...name, operatorId, amount, ...manual, at: context.at };
    const command = { type: "VoidShare", ...about } as const;
    const { position } = await handle(ledger, payableDecider, command, context);
    return { isNew: position !== undefined, amount };
  });
  if (options.json) return console.log(JSON.stringify({ ...name, ...taken }));
  const { amount, currency } = taken.amount;
  console.log(
    taken.isNew
      ? `${amount} ${currency} went back into the workers' pool: the next month shares it out.`
      : "That share was taken back before.",
  );
}
