/** Books gifts from a list. See `usage`. */
import { parseArgs } from "node:util";
import type { CommandContext } from "../commands/context.js";
import { enterDonation } from "../commands/donation/enterDonation.js";
import { findEntered, takeBackEntered } from "../commands/donation/recogniseEntered.js";
import { settleByStatement } from "../commands/donation/settleByStatement.js";
import type { Manual } from "../domain/donation/commands.js";
import type { KnownGift } from "../domain/statements/knownGift.js";
import { planImport, type Step } from "../domain/statements/planImport.js";
import { isAhead, type LeftOut, type StatementRow } from "../domain/statements/statementRow.js";
import { providerCommandId } from "../platform/ids.js";
import { openPayments } from "../platform/payments/payments.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import { listDonationsBy } from "../projections/donations/queries.js";
import { knownGifts } from "./money/knownGifts.js";
import * as tool from "./money/ledgerTool.js";
import { readStatement } from "./money/readStatement.js";
import { refuseExtraWords } from "./money/refuseExtraWords.js";
import { refuseUnbooked } from "./money/refuseUnbooked.js";
import { takeBackDoubles } from "./money/takeBackDoubles.js";
import { startProgress } from "./progress.js";

const usage = `Books gifts from a list: an export of GitHub Sponsors, or our own columns. Shows what it would do;
with --apply, does it. A payment never counts twice: importing a list again adds nothing, and the
first charge of a sponsorship settles the gift that GitHub's webhook reported.

  npm run import-donations -- file.csv [--apply]

  Our own columns: source, reference, date, amount, currency; and, where known: fee, name, email,
  message, show_name (yes or no), status (settled, or the source's own word for what it is otherwise).
  Write amounts as 12.30; the reference is the source's own id for the payment.

  --decimal-comma    in our own columns, amounts are written as 1.234,50
  --apply            books the gifts; without it nothing is written
  --reason TEXT      why; the ledger records it (default: "import of <format>")
  --maintainer NAME  who enters it (default: your login name)
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...tool.commonOptions,
    "decimal-comma": { type: "boolean", default: false },
    apply: { type: "boolean", default: false },
    reason: { type: "string" },
    maintainer: { type: "string" },
  },
});

/** What is not settled is left out, and named there. */
const words: Readonly<Record<Exclude<Step["kind"], "unsettled">, string>> = {
  new: "new gifts",
  settles: "settle a gift that a webhook reported",
  replaces: "settle such a gift, and take back what was entered of it by hand",
  known: "already in the ledger",
  waits: "charges of the last four days, whose webhook may still come: import again later",
  unsure: "may be a gift that GitHub's webhook reported: import GitHub's own export first",
};

if (options.help) console.log(usage);
else await importDonations();

interface Plan {
  readonly steps: readonly Step[];
  readonly leftOut: readonly LeftOut[];
}

async function importDonations(): Promise<void> {
  const [file] = positionals;
  if (file === undefined) throw new Refusal("The file is missing. See --help.");
  refuseExtraWords(positionals, 1);
  const { format, rows } = readStatement(file, options["decimal-comma"] ? "comma" : "point");
  const reason = options.reason ?? `import of ${format}`;
  const manual = await tool.readManual({ reason, evidence: file });
  const plan = await tool.withLedger(options.data, async (opened) => {
    await refuseUnbooked(opened, systemClock.now());
    const made = await makePlan(opened, rows);
    if (options.apply) await carryOut(opened, made, manual);
    return made;
  });
  report(plan);
}

async function makePlan(
  { readDb, ledger }: tool.LedgerTool,
  read: ReturnType<typeof readStatement>["rows"],
): Promise<Plan> {
  const all = read.flatMap((each) => (each.kind === "row" ? [each.row] : []));
  const now = systemClock.now();
  const rows = all.filter(({ occurredAt }) => !isAhead(occurredAt, now));
  const leftOut = [
    ...read.flatMap((each) => (each.kind === "left-out" ? [each.leftOut] : [])),
    ...all
      .filter((row) => !rows.includes(row))
      .map(({ line }) => ({ line, reason: "its date lies in the future" })),
  ];
  const sources = [...new Set(rows.map(({ provider }) => provider))];
  const known = [];
  for (const provider of sources) {
    const gifts = await listDonationsBy(readDb, provider);
    known.push(...(await knownGifts(ledger.vault, gifts, isUnsettledSponsorship)));
  }
  const steps = planImport(rows, known, now);
  return { steps, leftOut: [...leftOut, ...unsettledIn(steps)] };
}

/** Only these are matched by who gave. */
function isUnsettledSponsorship({ settlementKey, sponsorship }: KnownGift): boolean {
  return settlementKey === null && sponsorship !== undefined;
}

async function carryOut(opened: tool.LedgerTool, { steps }: Plan, manual: Manual): Promise<void> {
  const { config, ledger } = opened;
  const { allowedCurrencies } = openPayments(config);
  const progress = startProgress("importing", steps.length);
  const entered: StatementRow[] = [];
  for (const [index, step] of steps.entries()) {
    const { row } = step;
    if (step.kind === "new") {
      await enterDonation(ledger, { row, manual, allowedCurrencies }, contextOf("entered", row));
      entered.push(row);
    } else if (step.kind === "settles" || step.kind === "replaces") {
      await settleByStatement(ledger, { ...step, manual }, contextOf("settled", row));
    }
    if (step.kind === "replaces") await takeBack(opened, step, contextOf("taken back", row));
    progress.update(index + 1);
  }
  progress.stop();
  await takeBackDoubles(opened, entered, (row) => contextOf("taken back", row));
}

/** What was entered by the name that the list has for it counted besides the gift that was reported. */
async function takeBack(
  { config, ledger }: tool.LedgerTool,
  { row, gift }: Extract<Step, { kind: "replaces" }>,
  context: CommandContext,
): Promise<void> {
  const { allowedCurrencies } = openPayments(config);
  const { provider, reference } = row;
  for (const entered of await findEntered(ledger, provider, [reference])) {
    const taking = { entered, externalId: gift.externalId, allowedCurrencies };
    await takeBackEntered(ledger, taking, context);
  }
}

/** Named by what it does, so that the same list again does nothing. */
function contextOf(
  verb: string,
  { provider, reference }: Pick<StatementRow, "provider" | "reference">,
) {
  const commandId = providerCommandId(provider, `${verb} ${reference}`);
  return tool.contextOfMaintainer(commandId, options.maintainer);
}

function differencesIn(steps: readonly Step[]) {
  return steps.flatMap((step) => {
    const { line, reference } = step.row;
    const difference = differenceOf(step);
    return difference === undefined ? [] : [{ line, reference, difference }];
  });
}

function differenceOf(step: Step): string | undefined {
  if (step.kind === "known") return step.difference;
  return step.kind === "unsure"
    ? `it may be ${step.gift.externalId}, which GitHub's webhook reported`
    : undefined;
}

function unsettledIn(steps: readonly Step[]): LeftOut[] {
  return steps.flatMap(({ kind, row: { line, provider, unsettledAs } }) =>
    kind === "unsettled" ? [{ line, reason: `${provider} calls it ${unsettledAs}` }] : [],
  );
}

function report({ steps, leftOut }: Plan): void {
  const counts = Object.fromEntries(
    Object.keys(words).map((kind) => [kind, steps.filter((step) => step.kind === kind).length]),
  );
  if (options.json) {
    const rows = steps.map(({ kind, row }) => {
      const { line, provider, reference, gross } = row;
      return { kind, line, provider, reference, ...gross };
    });
    const differences = differencesIn(steps);
    console.log(JSON.stringify({ applied: options.apply, counts, rows, differences, leftOut }));
    return;
  }
  for (const [kind, sentence] of Object.entries(words)) {
    console.log(`${String(counts[kind]).padStart(6)}  ${sentence}`);
  }
  for (const { line, difference } of differencesIn(steps)) {
    console.log(`        line ${line} differs: ${difference}`);
  }
  console.log(`${String(leftOut.length).padStart(6)}  left out`);
  for (const { line, reason } of leftOut) console.log(`        line ${line}: ${reason}`);
  console.log(
    options.apply ? "Booked." : "Nothing was written. Add --apply to book the first three kinds.",
  );
}
