import { hour } from "../../domain/limits.js";
import type { Money } from "../../domain/money/money.js";
import { epochMs, type Instant, plusMs } from "../../domain/time.js";
import { waitsForSoftware } from "../../domain/webhook/events.js";
import {
  type DonationRow,
  listSuspended,
  suspendedOf,
} from "../../projections/donations/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import {
  listIgnored,
  listOpenWebhooks,
  type WebhookRow,
} from "../../projections/webhooks/queries.js";

export const waitingKinds = ["held", "unreadable", "ignored", "suspense"] as const;

/** Something that no process settles by itself, or not yet. */
export interface WaitingItem {
  readonly kind: (typeof waitingKinds)[number];
  /** The delivery of a webhook, or the payment. */
  readonly id: string;
  readonly source: string;
  readonly reason: string;
  readonly since: Instant;
  /** What lies in suspense; nothing is known of the sum in a webhook. */
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
  ];
}

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
