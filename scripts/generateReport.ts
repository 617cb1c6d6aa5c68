/** A month's report. See `usage`. */
import { parseArgs } from "node:util";
import { csvOf } from "../api/csv.js";
import { moneyOf } from "../domain/money/money.js";
import { type Total, totalsOf } from "../domain/money/totals.js";
import { type Figure, figuresOf } from "../domain/sharing/figures.js";
import { Refusal } from "../platform/process/refusal.js";
import {
  type ListedDistribution,
  listDistributions,
} from "../projections/distributions/queries.js";
import { type AccountBalance, listBalances } from "../projections/entries/queries.js";
import { findMonth, listTurnovers } from "../projections/months/queries.js";
import type { ReadDb } from "../projections/readTables.js";
import type { ListedShare } from "../projections/shares/queries.js";
import { listTreasury } from "../projections/treasury/queries.js";
import * as tool from "./money/ledgerTool.js";
import { receivedIn } from "./money/receivedIn.js";
import { sharesOfMonth } from "./money/sharesOfMonth.js";

const usage = `Writes the report of a month: what came in, what it cost, the balances, and what was shared out. It
names nobody: a report is kept for ever, and donors may change their minds.

  npm run generate-report -- <YYYY-MM> [--format=md|json|csv]

  --format           default md
${tool.commonUsage}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { ...tool.commonOptions, format: { type: "string" } },
});

interface Report {
  readonly month: string;
  readonly status: "open" | "closed";
  readonly totals: readonly Total[];
  readonly balances: readonly AccountBalance[];
  /** What maintainers entered, with the hashes of the evidence. */
  readonly manual: Awaited<ReturnType<typeof listTreasury>>;
  /** What the month shared out, by currency, and each share by its pay id. */
  readonly distributions: readonly ListedDistribution[];
  readonly shares: readonly ListedShare[];
}

async function generate(): Promise<void> {
  const [month = ""] = positionals;
  const format = options.format ?? (options.json ? "json" : "md");
  const write = new Map([
    ["md", asMarkdown],
    ["json", asJson],
    ["csv", asCsv],
  ]).get(format);
  if (write === undefined) throw new Refusal("--format must be md, json or csv.");
  const report = await tool.withLedger(options.data, ({ readDb }) => readReport(readDb, month));
  console.log(write(report).trimEnd());
}

async function readReport(db: ReadDb, month: string): Promise<Report> {
  const found = await findMonth(db, month);
  if (found === undefined)
    throw new Refusal("The ledger has no such month. Name one such as 2026-11.");
  const { span, isClosed } = found;
  return {
    month,
    status: isClosed ? "closed" : "open",
    totals: totalsOf(await listTurnovers(db, month)),
    balances: await listBalances(db, span.to === null ? {} : { at: span.to }),
    manual: await listTreasury(db, span),
    distributions: await listDistributions(db, month),
    shares: await sharesOfMonth(db, month),
  };
}

const asJson = (report: Report): string => JSON.stringify(report);

const asCsv = ({ month, totals, balances, distributions, shares }: Report): string =>
  csvOf(
    ["month", "kind", "source", "account", "currency", "amount", "entries"],
    [
      ...totals.map(({ kind, source, account, amount: { amount, currency }, entries }) => [
        ...[month, kind, source, account, currency],
        ...[{ amount }, entries],
      ]),
      ...balances.map(({ account, balance: { amount, currency } }) => [
        ...[month, "balance", null, account, currency],
        ...[{ amount }, null],
      ]),
      ...distributions.flatMap((each) =>
        figuresOf(each).map(({ kind, source, amount }) => [
          ...[month, kind, source, null, each.shown.currency],
          ...[amount === null ? null : { amount }, null],
        ]),
      ),
      ...shares.map(({ payId, amount: { amount, currency } }) => [
        ...[month, "share", payId, null, currency],
        ...[{ amount }, null],
      ]),
    ],
  );

const figureLine = (currency: string, { kind, source, amount }: Figure): string =>
  `| ${kind} | ${source ?? ""} | ${amount === null ? "" : `${amount} ${currency}`} |`;

const sharingLines = (distributions: readonly ListedDistribution[]): string =>
  distributions
    .flatMap((each) => figuresOf(each).map((figure) => figureLine(each.shown.currency, figure)))
    .join("\n");

const asMarkdown = (report: Report): string => `${moneyMarkdown(report)}
## Shared out

| | | amount |
| --- | --- | ---: |
${sharingLines(report.distributions)}

## Shares

| pay id | units | amount |
| --- | ---: | ---: |
${report.shares.map(({ payId, units, amount: { amount, currency } }) => `| ${payId} | ${units} | ${amount} ${currency} |`).join("\n")}
`;

const moneyMarkdown = ({ month, status, totals, balances, manual }: Report): string => `# ${month}

This month is ${status}.${status === "open" ? " Its figures may still change." : ""}

## Turnovers

| kind | source | amount | entries |
| --- | --- | ---: | ---: |
${totals.map(({ kind, source, amount: { amount, currency }, entries }) => `| ${kind} | ${source ?? ""} | ${amount} ${currency} | ${entries} |`).join("\n")}

## Balances ${status === "open" ? "now" : "at the end of the month"}

| account | balance |
| --- | ---: |
${balances.map(({ account, balance: { amount, currency } }) => `| ${account} | ${amount} ${currency} |`).join("\n")}

## Entered by hand, and fees of accounts

| day | kind | from | to | amount | evidence (SHA-256) | |
| --- | --- | --- | --- | ---: | --- | --- |
${manual.map((row) => `| ${row.day} | ${row.kind} | ${row.from_provider} | ${row.to_place} | ${moneyOf(row.amount, row.currency).amount} ${row.currency}${receivedIn(row)} | ${row.evidence_sha256 ?? "the provider's record"} | ${row.undone_day === null ? "" : `undone on ${row.undone_day}`} |`).join("\n")}
`;

if (options.help) console.log(usage);
else await generate();
