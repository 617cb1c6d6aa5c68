/** Enters one gift by hand. See `usage`. */
import { parseArgs } from "node:util";
import { type Provider, providers } from "../domain/money/accounts.js";
import type { StatementRow } from "../domain/statements/statementRow.js";
import { providerCommandId, sha256Hex } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import { type Added, addGift } from "./money/addGift.js";
import * as tool from "./money/ledgerTool.js";
import { readAmount, readFee } from "./money/readAmount.js";
import { readDay } from "./money/readDay.js";
import { readLine } from "./money/readLine.js";
import { readProvider } from "./money/readProvider.js";
import { readReference } from "./money/readReference.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const usage = `Enters one gift by hand, as received and settled. It is marked as manual everywhere.

  npm run add-donation -- <source> <amount> [currency] [name] [message] --reason … --evidence FILE

  source             ${providers.join(", ")}
  currency           default EUR
  name, message      stored sealed; the name is public only with --show-name
${tool.manualUsage}  --reference TEXT   the source's own id for the payment, which never counts twice
                     (default: derived from the evidence and the other arguments)
  --fee AMOUNT       what the source kept (default 0)
  --on DATE          when it arrived, such as 2026-11-22 (default: now)
  --email ADDRESS    stored sealed
  --show-name        shows the donor's name in public
  --yes              enters it although its provider may tell, or may have told, of the same payment
                     by a name that the ledger can't compare
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    ...tool.manualOptions,
    reference: { type: "string" },
    fee: { type: "string", default: "0" },
    on: { type: "string" },
    email: { type: "string" },
    "show-name": { type: "boolean", default: false },
    yes: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await addDonation();

async function addDonation(): Promise<void> {
  const manual = await tool.readManual(options);
  const row = readRow(manual.evidenceSha256);
  const { provider, reference, gross } = row;
  const commandId = providerCommandId(provider, `entered ${reference}`);
  const context = tool.contextOfMaintainer(commandId, options.maintainer);
  refuseNameless(provider);
  const added = await tool.withLedger(options.data, (opened) =>
    addGift(opened, { row, manual, isSure: options.yes }, context),
  );
  if (added.outcome === "unsure") process.exitCode = 1;
  if (options.json) {
    const isNew = added.outcome === "new";
    console.log(JSON.stringify({ isNew, ...added, reference, ...gross, actor: context.actor }));
  } else console.log(sentenceOf(added, row, context.actor));
}

/** Under a name of our own, nobody could tell that a webhook is about the same payment. @throws Refusal */
function refuseNameless(provider: Provider): void {
  if (options.reference !== undefined || options.yes || provider === "bank") return;
  throw new Refusal(
    `Name the payment by ${provider}'s own id with --reference, or its webhook would count it again. If it has none, add --yes.`,
  );
}

function sentenceOf(added: Added, { provider, reference, gross }: StatementRow, actor: string) {
  if (added.outcome === "new") {
    return `Recorded ${gross.amount} ${gross.currency} from ${provider}, entered by ${actor}.`;
  }
  const { payment } = added;
  if (added.outcome === "unsure") {
    return (
      `It may be ${payment}, of which GitHub's webhook told with the same sum: nothing was added. GitHub's ` +
      "export (npm run import-donations) says which charge that is. If this is another payment, add --yes."
    );
  }
  const name = payment === reference ? reference : `${reference} (as ${payment})`;
  if (added.outcome === "attributed") {
    return `Payment ${name} from ${provider} lay in suspense, and counts as a gift from now on.`;
  }
  const { otherSum } = added;
  const sum = otherSum === undefined ? "" : `, with ${otherSum.amount} ${otherSum.currency}`;
  return `The ledger already has payment ${name} from ${provider}${sum}: nothing was added.`;
}

function readRow(evidenceSha256: string): StatementRow {
  refuseExtraWords(positionals, 5);
  const [source, amount, code = "EUR", name, message] = positionals;
  const provider = readProvider(source);
  const currency = code.toUpperCase();
  const gross = readAmount(amount, currency);
  const occurredAt = readDay(options.on);
  const entered = [evidenceSha256, provider, gross, name, message, options.on];
  const derived = `entered-${sha256Hex(JSON.stringify(entered)).slice(0, 32)}`;
  return {
    ...{ line: 1, provider, gross, occurredAt },
    reference: readReference(options.reference ?? derived),
    fee: readFee(options.fee, gross),
    visibility: options["show-name"] ? "shown" : "hidden",
    ...(name !== undefined && { name: readLine("The name", name) }),
    ...(message !== undefined && { message: readLine("The message", message) }),
    ...(options.email !== undefined && { email: readLine("--email", options.email) }),
  };
}
