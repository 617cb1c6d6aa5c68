/** Compares the ledger with a provider's own record. See `usage`. */
import { parseArgs } from "node:util";
import { day } from "../domain/limits.js";
import { type Money, plus, zero } from "../domain/money/money.js";
import { readInstant } from "../domain/statements/statementRow.js";
import { epochMs, type Instant, plusMs } from "../domain/time.js";
import { webhookProviderSchema } from "../domain/webhook/events.js";
import { readGithubRecord } from "../platform/payments/githubRecord.js";
import { openPayments } from "../platform/payments/payments.js";
import { readPaypalBalance } from "../platform/payments/paypalBalance.js";
import { paypalReport, readPaypalRecord } from "../platform/payments/paypalRecord.js";
import type { ProviderBalance } from "../platform/payments/providerBalance.js";
import { readStripeBalance, readStripeFees } from "../platform/payments/stripeBalance.js";
import { readStripeRecord } from "../platform/payments/stripeRecord.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import type { DonationRow } from "../projections/donations/projection.js";
import { listDonationsBy } from "../projections/donations/queries.js";
import { compareBalance } from "./money/compareBalance.js";
import { type Comparison, startComparison } from "./money/compareFacts.js";
import { compareFee } from "./money/compareFee.js";
import { compareRecord } from "./money/compareRecord.js";
import { activitiesFrom, compareSponsors } from "./money/compareSponsors.js";
import { type Found, sentenceOf } from "./money/difference.js";
import * as tool from "./money/ledgerTool.js";
import { refuseUnbooked } from "./money/refuseUnbooked.js";

const usage = `Lists every difference between a provider's own record and the ledger. With --repair, what is
missing is booked exactly as its webhook would have been, and so are fees of the account; nothing
recorded is ever changed, and what is unclear is left to a person. Fails while a difference remains.

  npm run reconcile -- --provider stripe [--since 2026-11-01] [--repair]

  --provider NAME    stripe, paypal or github (only the start of each sponsorship; import-donations
                     takes the charges of later months). PayPal's app needs the feature Transaction
                     Search, and its list may be three hours old
  --since DATE       compares from this day on (default: the last 30 days)
  --repair           books what is missing
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

async function reconcile(): Promise<void> {
  const provider = webhookProviderSchema.safeParse(options.provider).data;
  if (provider === undefined) throw new Refusal("--provider must be stripe, paypal or github.");
  const at = systemClock.now();
  const since =
    options.since === undefined ? plusMs(at, -daysDefault * day) : readInstant(options.since);
  if (since === undefined) throw new Refusal("--since must be a day such as 2026-11-01.");
  const found = await tool.withLedger(options.data, async (opened) => {
    const payments = openPayments(opened.config);
    const { repair } = options;
    const comparison = startComparison({ ...opened, provider, payments, at, repair });
    const rows = await listDonationsBy(opened.readDb, provider);
    const compare = { stripe: compareStripe, paypal: comparePaypal, github: compareGithub }[
      provider
    ];
    await compare(comparison, { opened, rows, since });
    return comparison;
  });
  report(found);
}

interface Compared {
  readonly opened: tool.LedgerTool;
  readonly rows: readonly DonationRow[];
  readonly since: Instant;
}

async function compareStripe(
  comparison: Comparison,
  { opened, rows, since }: Compared,
): Promise<void> {
  const { apiKey, apiBase } = opened.config.payments.stripe;
  if (apiKey === undefined) throw new Refusal("STRIPE_API_KEY is not set.");
  const { live } = comparison.payments.rules;
  const reports = readStripeRecord({ apiKey, apiBase, live }, epochMs(since) / 1000);
  await compareRecord(comparison, { reports, known: reportedSince(rows, since) });
  for await (const fee of readStripeFees({ apiKey, apiBase, live }, epochMs(since) / 1000)) {
    await compareFee(comparison, fee);
  }
  const balance = await readStripeBalance({ apiKey, apiBase, live }, epochMs(since) / 1000);
  await compareWhatIsHeld(comparison, opened, balance);
}

/** Also by what was booked just now. */
async function compareWhatIsHeld(
  comparison: Comparison,
  { ledger, readDb }: tool.LedgerTool,
  balance: ProviderBalance | undefined,
): Promise<void> {
  await tool.untilProjected({ ledger, readDb });
  const rows = await listDonationsBy(readDb, comparison.provider);
  await compareBalance(comparison, { readDb, rows, balance });
}

async function comparePaypal(
  comparison: Comparison,
  { opened, rows, since }: Compared,
): Promise<void> {
  const { payments, at } = comparison;
  if (payments.paypal === undefined) throw new Refusal("PAYPAL_CLIENT_ID is not set.");
  const reports = readPaypalRecord(payments.paypal, { since, until: at });
  const known = reportedSince(rows, since);
  await compareRecord(comparison, {
    reports,
    known,
    reportOf: (what) => ({ what, body: paypalReport("PAYMENT.CAPTURE.COMPLETED", what) }),
  });
  await compareWhatIsHeld(comparison, opened, await readPaypalBalance(payments.paypal));
}

async function compareGithub(
  comparison: Comparison,
  { opened, rows, since }: Compared,
): Promise<void> {
  const { github, githubSponsorable: sponsorable } = opened.config.payments;
  const { token, graphqlUrl } = github;
  if (token === undefined) throw new Refusal("GITHUB_TOKEN is not set.");
  if (sponsorable === undefined) throw new Refusal("GITHUB_SPONSORABLE is not set.");
  await refuseUnbooked(opened, comparison.at);
  const access = { token, graphqlUrl, sponsorable };
  const record = await readGithubRecord(access, activitiesFrom(since));
  await compareSponsors(comparison, { record, rows, sponsorable, since });
}

/** What a person entered is known to the ledger only. */
function reportedSince(rows: readonly DonationRow[], since: Instant): readonly DonationRow[] {
  return rows.filter((row) => row.occurred_at >= since && row.manual === 0);
}

function report({ compared, differences, unbooked, repaired }: Found): void {
  if (differences.length > 0) process.exitCode = 1;
  if (options.json) {
    console.log(JSON.stringify({ compared, differences, unbooked: total(unbooked), repaired }));
    return;
  }
  for (const difference of differences) console.log(sentenceOf(difference));
  for (const { amount, currency } of total(unbooked)) {
    console.log(
      `Of the balance, ${amount} ${currency} is by payments in suspense and booked nowhere.`,
    );
  }
  console.log(
    `Compared ${compared} entries: ${differences.length} differences remain, ${repaired} missing ones were booked.`,
  );
}

/** One sum for each currency. */
function total(sums: readonly Money[]): Money[] {
  const totals = new Map<string, Money>();
  for (const sum of sums) {
    totals.set(sum.currency, plus(totals.get(sum.currency) ?? zero(sum.currency), sum));
  }
  return [...totals.values()];
}
