import { partOf } from "../../domain/donation/status.js";
import { day, hour } from "../../domain/limits.js";
import { providers } from "../../domain/money/accounts.js";
import { epochMs, type Instant, plusMs } from "../../domain/time.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import { listAlerts } from "../../projections/alerts/queries.js";
import { type DonationRow, readMoved } from "../../projections/donations/projection.js";
import { listDonationsBy } from "../../projections/donations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listOpenWebhooks } from "../../projections/webhooks/queries.js";

export interface WaitingItem {
  readonly kind: "held" | "unreadable" | "ignored" | "suspense";
  /** The delivery of a webhook, or the payment. */
  readonly id: string;
  readonly source: string;
  readonly reason: string;
  readonly since: Instant;
  readonly sum: string | null;
  /** By then it is tried again by itself; null for what only a maintainer can settle. */
  readonly nextTryBy: Instant | null;
}

const itemsMax = 1000;
/** As long as the bodies of webhooks are kept. */
const ignoredMsMax = 90 * day;

/** All that no process settles by itself, or not yet; oldest first within each kind. */
export async function waitingItems(readDb: ReadDb, now: Instant): Promise<WaitingItem[]> {
  const gifts: DonationRow[] = [];
  for (const provider of providers) gifts.push(...(await listDonationsBy(readDb, provider)));
  return [
    ...(await openWebhooks(readDb, now)),
    ...(await ignoredWebhooks(readDb, now)),
    ...gifts.filter(({ status }) => status === "suspense").map(inSuspense),
  ];
}

async function openWebhooks(readDb: ReadDb, now: Instant): Promise<WaitingItem[]> {
  const rows = await listOpenWebhooks(readDb, { before: now, limit: itemsMax });
  return rows.map((row) => {
    const reason = row.waits_for ?? "nobody has looked at it yet";
    const ageMs = Math.max(0, epochMs(now) - epochMs(row.received_at));
    return {
      kind: reason.startsWith(waitsForSoftware) ? "unreadable" : "held",
      ...{ id: row.delivery_id, source: row.provider, reason, since: row.received_at, sum: null },
      // The sweep doubles its pauses, up to an hour.
      nextTryBy: plusMs(now, Math.min(ageMs, hour)),
    };
  });
}

async function ignoredWebhooks(readDb: ReadDb, now: Instant): Promise<WaitingItem[]> {
  const after = [plusMs(now, -ignoredMsMax), ""] as const;
  const alerts = await listAlerts(readDb, { after, before: now, limit: itemsMax });
  return alerts
    .filter(({ kind }) => kind === "webhook-unbookable")
    .map(({ stream, reason, happened_at }) => {
      const [, source = "", id = ""] = /^webhook-([a-z]+)-(.*)$/.exec(stream) ?? [];
      const about = { id, source, reason: reason ?? "", since: happened_at };
      return { kind: "ignored", ...about, sum: null, nextTryBy: null };
    });
}

const inSuspense = (row: DonationRow): WaitingItem => ({
  kind: "suspense",
  ...{ id: row.external_id, source: row.provider, since: row.received_at, nextTryBy: null },
  reason: "not attributed, or in a currency that is not allowed: see npm run amend-donation",
  sum: partOf(readMoved(row), "suspense")
    .map(({ amount, currency }) => `${amount} ${currency}`)
    .join(", "),
});
