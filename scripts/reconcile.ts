/** Compares the ledger with what a provider has. See `usage`. */
import { parseArgs } from "node:util";
import { bookFact } from "../commands/donation/bookFact.js";
import type { Ledger } from "../commands/handleCommand.js";
import { day } from "../domain/limits.js";
import type { Fact } from "../domain/providers/facts.js";
import { readInstant } from "../domain/statements/statementRow.js";
import { epochMs, type Instant, plusMs } from "../domain/time.js";
import { systemClock } from "../platform/clock.js";
import { newId } from "../platform/ids.js";
import { openPayments, type Payments } from "../platform/payments/payments.js";
import { readStripeRecord } from "../platform/payments/stripeRecord.js";
import { Refusal } from "../platform/refusal.js";
import { listDonationsBy } from "../projections/donations/queries.js";
import { compareFact, type Difference } from "./money/compareFact.js";
import * as tool from "./money/ledgerTool.js";
import { lookUpAndTranslate } from "./money/lookUpAndTranslate.js";
import { startProgress } from "./progress.js";

const usage = `Lists every difference between what a provider has and the ledger. With --repair, what is missing is
booked just as its webhook would have been; nothing is ever changed. Fails while a difference is left.

  npm run reconcile -- --provider stripe [--since 2026-11-01] [--repair]

  --provider   stripe (GitHub's charges come by import-donations)
  --since      from this day on (the last 30 days)
  --repair     books what is missing
${tool.commonUsage}`;

const daysDefault = 30;

const { values: options } = parseArgs({
  options: {
    ...tool.commonOptions,
    provider: { type: "string" },
    since: { type: "string" },
    repair: { type: "boolean", default: false },
  },
});

if (options.help) console.log(usage);
else await reconcile();

interface Found {
  readonly compared: number;
  readonly differences: readonly Difference[];
  readonly repaired: number;
}

async function reconcile(): Promise<void> {
  if (options.provider !== "stripe") throw new Refusal("--provider takes stripe, so far.");
  const at = systemClock.now();
  const since =
    options.since === undefined ? plusMs(at, -daysDefault * day) : readInstant(options.since);
  if (since === undefined) throw new Refusal("--since takes a day such as 2026-11-01.");
  const found = await tool.withLedger(options.data, (opened) => compare(opened, since, at));
  report(found);
}

async function compare(opened: tool.LedgerTool, since: Instant, at: Instant): Promise<Found> {
  const { config, ledger, readDb } = opened;
  const { apiKey, apiBase } = config.payments.stripe;
  if (apiKey === undefined) throw new Refusal("STRIPE_API_KEY is not set.");
  const payments = openPayments(config);
  const rows = await listDonationsBy(readDb, "stripe");
  const progress = startProgress("comparing", rows.length);
  const comparison: Comparison = { ledger, payments, at, differences: [], named: new Set() };
  let compared = 0;
  let repaired = 0;
  for await (const { body } of readStripeRecord({ apiKey, apiBase }, epochMs(since) / 1000)) {
    for (const fact of await factsIn(payments, body, at)) {
      compared += 1;
      repaired += (await compareOne(comparison, fact)) ? 1 : 0;
    }
    progress.update(compared);
  }
  progress.stop();
  const told = rows.filter((row) => row.occurred_at >= since && row.manual === 0);
  const unnamed = told.filter((row) => !comparison.named.has(row.external_id));
  const only = unnamed.map(({ external_id: externalId }) => ({ externalId }));
  const kind = "only-in-ledger" as const;
  const differences = [...comparison.differences, ...only.map((each) => ({ ...each, kind }))];
  return { compared, differences, repaired };
}

interface Comparison {
  readonly ledger: Ledger;
  readonly payments: Payments;
  readonly at: Instant;
  readonly differences: Difference[];
  /** Payments that the provider has. */
  readonly named: Set<string>;
}

/** True when it was missing and is booked now. */
async function compareOne(comparison: Comparison, fact: Fact): Promise<boolean> {
  const { ledger, payments, at, differences, named } = comparison;
  if (fact.kind === "received") named.add(fact.externalId);
  const difference = await compareFact(ledger.store, payments, fact, at);
  if (difference === undefined) return false;
  if (difference.kind !== "missing" || !options.repair) {
    differences.push(difference);
    return false;
  }
  const { allowedCurrencies } = payments;
  const booking = { provider: "stripe" as const, fact, allowedCurrencies };
  await bookFact(ledger, booking, { at, correlationId: newId() });
  return true;
}

/** Refunds do not say whether they are real money; our key sees only the kind that is ours. */
async function factsIn(payments: Payments, body: unknown, at: Instant) {
  const live = payments.rules.live;
  const whole = {
    ...(body as object),
    livemode: (body as { livemode?: boolean }).livemode ?? live,
  };
  const translation = await lookUpAndTranslate(payments, { body: whole, at });
  return translation.kind === "facts" ? translation.facts : [];
}

function report({ compared, differences, repaired }: Found): void {
  if (differences.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ compared, differences, repaired }));
    return;
  }
  for (const difference of differences) console.log(sentenceOf(difference));
  console.log(
    `${compared} things compared, ${differences.length} differences, ${repaired} booked that were missing.`,
  );
}

function sentenceOf(difference: Difference): string {
  switch (difference.kind) {
    case "missing": {
      const { kind, externalId, moneyKey } = difference.fact;
      return `missing in the ledger: ${externalId} ${kind} (${moneyKey})`;
    }
    case "other-amount": {
      const { amount, currency } = difference.says;
      return `another sum in the ledger: ${difference.externalId}, the provider says ${amount} ${currency}`;
    }
    case "only-in-ledger":
      return `only in the ledger: ${difference.externalId}`;
  }
}
