/** Adds to a gift what no provider tells of. See `usage`. */
import { parseArgs } from "node:util";
import { attributeDonation, enterRefund } from "../commands/donation/amendDonation.js";
import { type Provider, providers } from "../domain/money/accounts.js";
import { providerCommandId, sha256Hex } from "../platform/ids.js";
import { Refusal } from "../platform/process/refusal.js";
import * as tool from "./money/ledgerTool.js";
import { readAmount } from "./money/readAmount.js";
import { readDay } from "./money/readDay.js";
import { readProvider } from "./money/readProvider.js";

const usage = `Adds to a gift in the ledger what no provider tells of. It is marked manual everywhere.

  npm run amend-donation -- refund <source> <payment> <amount> [currency] --reason … --evidence FILE
  npm run amend-donation -- attribute <source> <payment> --reason … --evidence FILE

  refund             money was given back; not for Stripe and PayPal, which tell of it themselves
  attribute          money in suspense is a gift after all: from here on it counts
  source             ${providers.join(", ")}
  payment            the source's own name for it, as reconcile and the log have it
  currency           EUR
${tool.manualUsage}  --on DATE          when it happened, such as 2026-11-22 (now)
  --reference TEXT   tells two from each other that are alike and shown by the same document
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    ...tool.manualOptions,
    on: { type: "string" },
    reference: { type: "string", default: "" },
  },
});

/** Their webhooks and lists tell of every refund: entered by hand as well, it would count twice. */
const tellRefunds: ReadonlySet<Provider> = new Set(["stripe", "paypal"]);

if (options.help) console.log(usage);
else await amend();

async function amend(): Promise<void> {
  const [verb, source, externalId, ...amount] = positionals;
  const manual = await tool.readManual(options);
  const provider = readProvider(source);
  if (externalId === undefined)
    throw new Refusal("Name the payment. Add --help to see what there is.");
  const work = readVerb(verb, provider, amount);
  // The same words about the same document are the same thing, told again.
  const told = [manual.evidenceSha256, provider, externalId, work, options.reference];
  const moneyKey = `entered ${sha256Hex(JSON.stringify(told))}`;
  const context = tool.contextOfMaintainer(
    providerCommandId(provider, moneyKey),
    options.maintainer,
  );
  const about = { provider, externalId, moneyKey, at: context.at, occurredAt: readDay(options.on) };
  const isNew = await tool.withLedger(options.data, ({ ledger }) =>
    work.kind === "refund"
      ? enterRefund(ledger, { about, manual, amount: work.amount }, context)
      : attributeDonation(ledger, { about, manual }, context),
  );
  if (options.json)
    console.log(JSON.stringify({ isNew, provider, payment: externalId, actor: context.actor }));
  else if (isNew) console.log(`${doneBy(work)} ${externalId}, entered by ${context.actor}.`);
  else console.log("This is in the ledger already: nothing was added.");
}

type Work = ReturnType<typeof readVerb>;

function doneBy(work: Work): string {
  return work.kind === "refund"
    ? `${work.amount.amount} ${work.amount.currency} was given back of`
    : "From now on it counts as a gift:";
}

function readVerb(
  verb: string | undefined,
  provider: Provider,
  [text, code = "EUR"]: readonly string[],
) {
  switch (verb) {
    case "refund": {
      if (tellRefunds.has(provider)) {
        throw new Refusal("Stripe and PayPal tell of refunds: run reconcile with --repair.");
      }
      return { kind: verb, amount: readAmount(text, code.toUpperCase()) } as const;
    }
    case "attribute":
      return { kind: verb } as const;
    default:
      throw new Refusal("Say refund or attribute. Add --help to see what there is.");
  }
}
