/** What maintainers enter of how operators are paid. See `usage`. */
import { parseArgs } from "node:util";
import { handle } from "../commands/handle.js";
import { agreeOnAccount } from "../commands/operator/agreeOnAccount.js";
import { openPayoutAccount } from "../commands/operator/openPayoutAccount.js";
import { paidThisYear } from "../commands/operator/paidThisYear.js";
import { readPayoutStanding } from "../commands/operator/payoutStanding.js";
import { operatorDecider } from "../domain/operator/decider.js";
import { isFormDue } from "../domain/operator/holds.js";
import { newId } from "../platform/ids.js";
import { isCountry } from "../platform/payments/iban.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import * as tool from "./money/ledgerTool.js";
import { readLine } from "./money/readLine.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { readId } from "./readId.js";

const usage = `Shows how an operator is paid, and enters what maintainers decide about it.

  npm run payout-account -- show OPERATOR
  npm run payout-account -- unfreeze OPERATOR --reason … --evidence FILE
  npm run payout-account -- form-received OPERATOR --reason … --evidence FILE
  npm run payout-account -- agree OPERATOR --country DE --destination TEXT --reason … --evidence FILE

  show               where, since when, and what holds payouts; it names people: show it to nobody
  unfreeze           you made sure that the operator, and nobody else, wants to be paid at the account in force
  form-received      the law's form is here: it is named by --evidence, and the ledger records its SHA-256
  agree              the operator is paid by hand, as was agreed; held for a week like any other change
  OPERATOR           a whole id, as alerts and payouts show it
${tool.manualUsage}${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    ...tool.manualOptions,
    country: { type: "string" },
    destination: { type: "string" },
  },
});

if (options.help) console.log(usage);
else await run();

async function run(): Promise<void> {
  refuseExtraWords(positionals, 2);
  const [verb, id] = positionals;
  const operatorId = readId("operator", id);
  if (verb === "show") await show(operatorId);
  else await enter(verb, operatorId);
}

async function show(operatorId: string): Promise<void> {
  const shown = await tool.withLedger(options.data, async ({ ledger, config }) => {
    const at = systemClock.now();
    const { allowedCurrencies: currencies } = config.payments;
    const paid = await paidThisYear(ledger, { operatorId, currencies }, at);
    const asked = { operatorId, isFormDue: isFormDue(paid, config.payees.formFrom) };
    const { details, holds } = await readPayoutStanding(ledger, asked, at);
    const { account, state } = await openPayoutAccount(ledger, operatorId);
    return { account: account ?? null, details: details ?? null, hasForm: state.hasForm, holds };
  });
  console.log(JSON.stringify(shown, null, options.json ? 0 : 2));
}

async function enter(verb: string | undefined, operatorId: string): Promise<void> {
  const manual = await tool.readManual(options);
  const context = tool.contextOfMaintainer(newId(), options.maintainer);
  const about = { operatorId, at: context.at };
  const agreed = verb === "agree" ? readAgreed() : undefined;
  const position = await tool.withLedger(options.data, async (opened) => {
    if (agreed !== undefined) {
      return agreeOnAccount(opened, { operatorId, ...agreed, manual }, context);
    }
    const command = { type: commandOf(verb), ...about, ...manual };
    return (await handle(opened.ledger, operatorDecider, command, context)).position;
  });
  const isNew = position !== undefined;
  if (options.json) console.log(JSON.stringify({ isNew, actor: context.actor }));
  else if (isNew) console.log(`Recorded, entered by ${context.actor}.`);
  else console.log("The ledger already has this: nothing was added.");
}

/** @throws Refusal */
function commandOf(verb: string | undefined): "UnfreezePayouts" | "ReceivePayeeForm" {
  if (verb === "unfreeze") return "UnfreezePayouts";
  if (verb === "form-received") return "ReceivePayeeForm";
  throw new Refusal("The first argument must be show, unfreeze, form-received or agree.");
}

/** @throws Refusal */
function readAgreed(): { readonly country: string; readonly destination: string } {
  const { country = "", destination = "" } = options;
  if (!isCountry(country)) throw new Refusal("--country must be two letters, such as DE.");
  if (destination.trim() === "") throw new Refusal("Say with --destination what was agreed.");
  return { country, destination: readLine("--destination", destination) };
}
