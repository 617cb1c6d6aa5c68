/** Adds to a gift what no provider reports, and undoes mistakes. See `usage`. */
import { parseArgs } from "node:util";
import type { CommandContext } from "../commands/context.js";
import {
  type Amendment,
  attributeDonation,
  enterRefund,
} from "../commands/donation/amendDonation.js";
import { undoEntry } from "../commands/donation/undoEntry.js";
import type { Manual } from "../domain/donation/commands.js";
import { donationStream, undoableEntries } from "../domain/donation/events.js";
import { type Provider, providers } from "../domain/money/accounts.js";
import { providerCommandId, sha256Hex } from "../platform/ids.js";
import { openPayments } from "../platform/payments/payments.js";
import { Refusal } from "../platform/process/refusal.js";
import { findDonation, listDonationsBy } from "../projections/donations/queries.js";
import { giftNamed } from "./money/giftNamed.js";
import * as tool from "./money/ledgerTool.js";
import { readAmount } from "./money/readAmount.js";
import { readDay } from "./money/readDay.js";
import { readProvider } from "./money/readProvider.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";

const usage = `Adds to a recorded gift what no provider reports, or undoes what was entered by mistake. It is marked
as manual everywhere.

  npm run amend-donation -- refund <source> <payment> <amount> [currency] --reason … --evidence FILE
  npm run amend-donation -- attribute <source> <payment> --reason … --evidence FILE
  npm run amend-donation -- undo <source> <payment> <entry> --reason … --evidence FILE

  refund             money was returned; not for Stripe and PayPal, which report refunds themselves
  attribute          money in suspense is a gift after all: from now on it counts
  undo               the newest entry of that kind was a mistake: a correction takes it back whole, with
                     its fee. Then enter what is right. No money moves, so it is no refund
  entry              ${undoableEntries.join(", ")}
  source             ${providers.join(", ")}
  payment            the source's own id for it, as reconcile and the log show it
  currency           default EUR
${tool.manualUsage}  --on DATE          when it happened, such as 2026-11-22 (default: now)
  --reference TEXT   sets apart two alike entries that have the same evidence
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

/** Their webhooks and lists report every refund: entered by hand as well, it would count twice. */
const reportRefunds: ReadonlySet<Provider> = new Set(["stripe", "paypal"]);

if (options.help) console.log(usage);
else await amend();

async function amend(): Promise<void> {
  const [verb, source, payment, ...amount] = positionals;
  refuseExtraWords(positionals, verb === "refund" ? 5 : verb === "undo" ? 4 : 3);
  const name = payment?.normalize("NFC");
  const manual = await tool.readManual(options);
  const provider = readProvider(source);
  if (name === undefined) throw new Refusal("The payment is missing. See --help.");
  const work = readVerb(verb, provider, amount);
  const occurredAt = readDay(options.on);
  const { isNew, externalId, actor } = await tool.withLedger(options.data, async (opened) => {
    const { commandId, ...named } = await namedBy(opened, { manual, provider, name, work });
    const context = tool.contextOfMaintainer(commandId, options.maintainer);
    const amendment = { about: { ...named, at: context.at, occurredAt }, manual };
    return { ...named, ...context, isNew: await carryOut(opened, amendment, work, context) };
  });
  if (options.json) console.log(JSON.stringify({ isNew, provider, payment: externalId, actor }));
  else if (isNew) console.log(`${resultOf(work, externalId)}, entered by ${actor}.`);
  else console.log("The ledger already has this: nothing was added.");
}

interface Entered {
  readonly manual: Manual;
  readonly provider: Provider;
  /** As the maintainer calls the payment: a list may have another name for it. */
  readonly name: string;
  readonly work: Work;
}

/** The payment by its own name, and the command: the same words about the same document are the same one. */
async function namedBy({ readDb }: tool.LedgerTool, { manual, provider, name, work }: Entered) {
  const exact = await findDonation(readDb, { stream: donationStream(provider, name) });
  // What was taken back can be the subject of nothing but an undoing.
  const stands = exact?.status !== "undone" || work.kind === "undo";
  const known =
    (stands ? exact : undefined) ?? giftNamed(await listDonationsBy(readDb, provider), name);
  const externalId = known?.external_id ?? name;
  const entered = [manual.evidenceSha256, provider, externalId, work, options.reference];
  const moneyKey = `entered ${sha256Hex(JSON.stringify(entered))}`;
  return { provider, externalId, moneyKey, commandId: providerCommandId(provider, moneyKey) };
}

type Work = ReturnType<typeof readVerb>;

/** Whether it was new. @throws Refusal, DomainError */
async function carryOut(
  { ledger, config }: tool.LedgerTool,
  amendment: Amendment,
  work: Work,
  context: CommandContext,
): Promise<boolean> {
  switch (work.kind) {
    case "refund":
      return enterRefund(ledger, { ...amendment, amount: work.amount }, context);
    case "attribute": {
      const { allowedCurrencies } = openPayments(config);
      const outcome = await attributeDonation(ledger, { ...amendment, allowedCurrencies }, context);
      if (outcome !== "currency-not-allowed") return outcome === "attributed";
      throw new Refusal(
        "It lies in our balance in a currency that is not shared out. Wait for its settlement, or " +
          "add the currency to ALLOWED_CURRENCIES and try again.",
      );
    }
    case "undo": {
      const outcome = await undoEntry(ledger, { ...amendment, what: work.what }, context);
      if (outcome !== "not-entered") return outcome === "undone";
      throw new Refusal(
        `The ledger has no ${work.what} of this payment that was entered by hand and still stands.`,
      );
    }
  }
}

function resultOf(work: Work, payment: string): string {
  switch (work.kind) {
    case "refund":
      return `Recorded a refund of ${work.amount.amount} ${work.amount.currency} for ${payment}`;
    case "attribute":
      return `${payment} counts as a gift from now on`;
    case "undo":
      return `Took back the ${work.what} of ${payment}`;
  }
}

function readVerb(
  verb: string | undefined,
  provider: Provider,
  [text, code = "EUR"]: readonly string[],
) {
  switch (verb) {
    case "refund": {
      if (reportRefunds.has(provider)) {
        throw new Refusal(
          "Stripe and PayPal report refunds themselves: run reconcile with --repair.",
        );
      }
      return { kind: verb, amount: readAmount(text, code.toUpperCase()) } as const;
    }
    case "attribute":
      return { kind: verb } as const;
    case "undo": {
      const what = undoableEntries.find((each) => each === text);
      if (what !== undefined) return { kind: verb, what } as const;
      throw new Refusal(`The entry must be one of ${undoableEntries.join(", ")}. See --help.`);
    }
    default:
      throw new Refusal("The first argument must be refund, attribute or undo. See --help.");
  }
}
