import { clearingMsMax, hour } from "../../domain/limits.js";
import { type Provider, providers } from "../../domain/money/accounts.js";
import { type Money, moneyOf } from "../../domain/money/money.js";
import { epochMs, type Instant, plusMs } from "../../domain/time.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import {
  clearingOf,
  type DonationRow,
  listInClearing,
  listSuspended,
  suspendedOf,
} from "../../projections/donations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listOpenAppeals, type TakeBackRow } from "../../projections/takeBacks/queries.js";
import {
  listIgnored,
  listOpenWebhooks,
  type WebhookRow,
} from "../../projections/webhooks/queries.js";

export const waitingKinds = [
  "held",
  "unreadable",
  "ignored",
  "suspense",
  "clearing",
  "appeal",
] as const;

/** Something that no process settles by itself, or not yet. */
export interface WaitingItem {
  readonly kind: (typeof waitingKinds)[number];
  /** The delivery of a webhook, the payment, or the share. */
  readonly id: string;
  readonly source: string;
  readonly reason: string;
  readonly since: Instant;
  /** What lies in suspense or clearing; nothing is known of the sum in a webhook. */
  readonly sums: readonly Money[];
  /** By then it is tried again by itself; null for what only a maintainer can settle. */
  readonly nextTryBy: Instant | null;
}

/** Of each kind of row; more than a maintainer looks through. */
const itemsMax = 1000;

/** All that waits since before this instant, oldest first within each kind. */
export async function listWaiting(
  readDb: ReadDb,
  { before, now }: { readonly before: Instant; readonly now: Instant },
): Promise<WaitingItem[]> {
  const wanted = { before, limit: itemsMax };
  return [
    ...(await listOpenWebhooks(readDb, wanted)).map((row) => openWebhook(row, now)),
    ...(await listIgnored(readDb, wanted)).map(ignoredWebhook),
    ...(await listSuspended(readDb, wanted)).map(inSuspense),
    ...(await listLongInClearing(readDb, { before, now })),
    ...(await listOpenAppeals(readDb, wanted)).map(openAppeal),
  ];
}

/** Gifts that should have settled long ago. */
async function listLongInClearing(
  readDb: ReadDb,
  { before, now }: { readonly before: Instant; readonly now: Instant },
): Promise<WaitingItem[]> {
  const all = providers.map(async (provider) => {
    const late = plusMs(now, -clearingMsMax[provider]);
    const wanted = { provider, before: late < before ? late : before, limit: itemsMax };
    return (await listInClearing(readDb, wanted)).map(inClearing);
  });
  return (await Promise.all(all)).flat();
}

const whatSettles: Readonly<Record<Provider, string>> = {
  stripe: "its fee is not known: see npm run reconcile -- --provider stripe",
  paypal: "its fee is not known: see npm run reconcile -- --provider paypal",
  github: "no export has shown its charge: see npm run import-donations",
  bank: "it was entered and is not settled: enter it again",
};

const inClearing = (row: DonationRow): WaitingItem => ({
  kind: "clearing",
  ...{ id: row.external_id, source: row.provider, since: row.received_at, nextTryBy: null },
  reason: whatSettles[row.provider],
  sums: clearingOf(row),
});

function openWebhook(row: WebhookRow, now: Instant): WaitingItem {
  const reason = row.waits_for ?? "nobody has looked at it yet";
  const ageMs = Math.max(0, epochMs(now) - epochMs(row.received_at));
  return {
    kind: reason.startsWith(waitsForSoftware) ? "unreadable" : "held",
    ...ofWebhook(row),
    reason,
    // The sweep doubles its pauses, up to an hour.
    nextTryBy: plusMs(now, Math.min(ageMs, hour)),
  };
}

const ignoredWebhook = (row: WebhookRow): WaitingItem => ({
  kind: "ignored",
  ...ofWebhook(row),
  reason: row.waits_for ?? "",
  nextTryBy: null,
});

const ofWebhook = ({ delivery_id: id, provider: source, received_at: since }: WebhookRow) => ({
  ...{ id, source, since },
  sums: [],
});

const inSuspense = (row: DonationRow): WaitingItem => ({
  kind: "suspense",
  ...{ id: row.external_id, source: row.provider, since: row.received_at, nextTryBy: null },
  reason: "not attributed, or in a currency that is not allowed: see npm run amend-donation",
  sums: suspendedOf(row),
});

const openAppeal = (row: TakeBackRow): WaitingItem => ({
  kind: "appeal",
  ...{ id: `${row.month} ${row.currency} ${row.pay_id}`, source: "operator" },
  ...{ since: row.appealed_at, nextTryBy: null },
  reason:
    "an operator appeals against a share that was taken back: see npm run take-back -- appeals",
  sums: [moneyOf(row.amount, row.currency)],
});
