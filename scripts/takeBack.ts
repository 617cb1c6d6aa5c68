/** Takes back work that should not earn, and shares that should not be paid. See `usage`. */
import { parseArgs } from "node:util";
import { handle } from "../commands/handle.js";
import type { ShareName } from "../commands/sharing/findShare.js";
import { takeBackShare } from "../commands/sharing/takeBackShare.js";
import { voidWork } from "../commands/sharing/voidWork.js";
import { payableDecider } from "../domain/payable/decider.js";
import { newId, providerCommandId, reactionId } from "../platform/ids.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import { readLocated } from "../platform/vault/located.js";
import { listOpenAppeals } from "../projections/takeBacks/queries.js";
import { findOperatorOfPayId } from "../projections/tenures/queries.js";
import * as tool from "./money/ledgerTool.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readId } from "./readId.js";
import { readMonth } from "./readMonth.js";

const usage = `Takes back work that should not earn, and shares that should not be paid.

  npm run take-back -- work <generation> --reason TEXT --evidence FILE
  npm run take-back -- share <YYYY-MM> <currency> <pay id> --reason TEXT --evidence FILE
  npm run take-back -- appeals
  npm run take-back -- restore <YYYY-MM> <currency> <pay id> --reason TEXT --evidence FILE
  npm run take-back -- reject <YYYY-MM> <currency> <pay id> --reason TEXT --evidence FILE

  work               counts nothing in its month. Once that is closed, its units stay as they are
  share              goes back into the workers' pool, and the next month shares it out. Its operator hears
                     why by mail, and may appeal for 14 days
  appeals            lists appeals that nobody has answered, with the operators' words
  restore            undoes that a share was taken back: it is owed again, out of the development fund
  reject             answers an appeal: the share stays taken back
${tool.manualUsage}${tool.commonUsage}`;

const appealsMax = 1000;
const done = {
  VoidShare: {
    isNew: "went back into the workers' pool: the next month shares it out.",
    before: "That share is taken back already.",
  },
  RestoreShare: {
    isNew: "is owed again, out of the development fund.",
    before: "That was undone before.",
  },
} as const;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...tool.commonOptions, ...tool.manualOptions },
});

if (options.help) console.log(usage);
else await takeBack();

async function takeBack(): Promise<void> {
  const [verb, first] = positionals;
  switch (verb) {
    case "work":
      refuseExtraWords(positionals, 2);
      return takeBackWork(readId("generation", first));
    case "share":
      return moveShare("VoidShare", readName());
    case "restore":
      return moveShare("RestoreShare", readName());
    case "reject":
      return reject(readName());
    case "appeals":
      refuseExtraWords(positionals, 1);
      return listAppeals();
    default:
      throw new Refusal(
        "The first argument must be work, share, appeals, restore or reject. See --help.",
      );
  }
}

function readName(): ShareName {
  refuseExtraWords(positionals, 4);
  const [, first, second, third] = positionals;
  const month = readMonth(first);
  const currency = (second ?? "").toUpperCase();
  if (!/^[A-Z]{3}$/.test(currency)) throw new Refusal("Name the currency, such as EUR.");
  return { month, currency, payId: readId("pay id", third) };
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

async function moveShare(type: keyof typeof done, name: ShareName): Promise<void> {
  const manual = await tool.readManual(options);
  // A share may be taken back again, by other evidence.
  const id = `${name.month} ${name.currency} ${name.payId} ${manual.evidenceSha256}`;
  const commandId = type === "VoidShare" ? providerCommandId("take back", id) : newId();
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  const { isNew, amount } = await tool.withLedger(options.data, async (opened) => {
    const operatorId = await operatorOf(opened, name);
    return takeBackShare(opened.ledger, type, { ...name, operatorId, ...manual }, context);
  });
  if (options.json) return console.log(JSON.stringify({ ...name, isNew, amount }));
  const sum = `${amount.amount} ${amount.currency}`;
  console.log(isNew ? `${sum} ${done[type].isNew}` : done[type].before);
}

async function reject(name: ShareName): Promise<void> {
  const manual = await tool.readManual(options);
  const context = tool.contextOfMaintainer(newId(), options.maintainer);
  const isNew = await tool.withLedger(options.data, async (opened) => {
    const operatorId = await operatorOf(opened, name);
    const about = { ...name, operatorId, ...manual, at: context.at };
    const command = { type: "RejectAppeal" as const, ...about };
    return (await handle(opened.ledger, payableDecider, command, context)).position !== undefined;
  });
  if (options.json) return console.log(JSON.stringify({ ...name, isNew }));
  console.log(isNew ? "The appeal is answered." : "The appeal was answered before.");
}

async function operatorOf({ readDb }: tool.LedgerTool, { payId }: ShareName): Promise<string> {
  const operatorId = await findOperatorOfPayId(readDb, payId);
  if (operatorId === undefined) throw new Refusal(`No node has the pay id ${payId}.`);
  return operatorId;
}

async function listAppeals(): Promise<void> {
  const wanted = { before: `${systemClock.now()}~`, limit: appealsMax };
  const appeals = await tool.withLedger(options.data, async ({ readDb, ledger: { vault } }) => {
    const rows = await listOpenAppeals(readDb, wanted);
    const opened = rows.map(async ({ month, currency, pay_id, amount, reason, ...row }) => ({
      ...{ month, currency, payId: pay_id, amount, reason, since: row.appealed_at },
      words: await readLocated(vault, row.words),
    }));
    return Promise.all(opened);
  });
  if (options.json) return console.log(JSON.stringify({ appeals }));
  for (const { month, currency, payId, amount, since, reason, words } of appeals) {
    console.log(`${month} ${currency} ${payId}: ${amount}, since ${since}`);
    console.log(`    taken back because: ${reason}\n    the operator says: ${words}`);
  }
  console.log(`${appeals.length} appeals wait.`);
}
