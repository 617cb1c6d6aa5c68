/** Compares the ledger with what a provider has. See `usage`. */
import { parseArgs } from "node:util";
import { day } from "../domain/limits.js";
import { readInstant } from "../domain/statements/statementRow.js";
import { epochMs, type Instant, plusMs } from "../domain/time.js";
import { webhookProviderSchema } from "../domain/webhook/events.js";
import { readGithubRecord } from "../platform/payments/githubRecord.js";
import { openPayments } from "../platform/payments/payments.js";
import { paypalTelling, readPaypalRecord } from "../platform/payments/paypalRecord.js";
import { readStripeRecord } from "../platform/payments/stripeRecord.js";
import { systemClock } from "../platform/process/clock.js";
import { Refusal } from "../platform/process/refusal.js";
import type { DonationRow } from "../projections/donations/projection.js";
import { listDonationsBy } from "../projections/donations/queries.js";
import { type Comparison, startComparison } from "./money/compareFacts.js";
import { compareRecord } from "./money/compareRecord.js";
import { activitiesFrom, compareSponsors } from "./money/compareSponsors.js";
import { type Found, sentenceOf } from "./money/difference.js";
import * as tool from "./money/ledgerTool.js";
import { refuseUnbooked } from "./money/refuseUnbooked.js";

const usage = `Lists every difference between what a provider has and the ledger. With --repair, what is missing is
booked just as its webhook would have been; nothing is ever changed, and what is unsure is left to a
person. Fails while a difference is left.

  npm run reconcile -- --provider stripe [--since 2026-11-01] [--repair]

  --provider   stripe, paypal or github (the beginnings of sponsorships; the charges of later months
               come by import-donations)
               PayPal's app needs the feature Transaction Search; its list may be three hours old
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

async function reconcile(): Promise<void> {
  const provider = webhookProviderSchema.safeParse(options.provider).data;
  if (provider === undefined) throw new Refusal("--provider takes stripe, paypal or github.");
  const at = systemClock.now();
  const since =
    options.since === undefined ? plusMs(at, -daysDefault * day) : readInstant(options.since);
  if (since === undefined) throw new Refusal("--since takes a day such as 2026-11-01.");
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
  const tellings = readStripeRecord({ apiKey, apiBase, live }, epochMs(since) / 1000);
  await compareRecord(comparison, { tellings, known: toldSince(rows, since) });
}

async function comparePaypal(comparison: Comparison, { rows, since }: Compared): Promise<void> {
  const { payments, at } = comparison;
  if (payments.paypal === undefined) throw new Refusal("PAYPAL_CLIENT_ID is not set.");
  const tellings = readPaypalRecord(payments.paypal, { since, until: at });
  const known = toldSince(rows, since);
  await compareRecord(comparison, {
    tellings,
    known,
    tellingOf: (what) => ({ what, body: paypalTelling("PAYMENT.CAPTURE.COMPLETED", what) }),
  });
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
function toldSince(rows: readonly DonationRow[], since: Instant): readonly DonationRow[] {
  return rows.filter((row) => row.occurred_at >= since && row.manual === 0);
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
