import { load } from "../../commands/handle.js";
import { donationDecider } from "../../domain/donation/decider.js";
import { sinceUndone } from "../../domain/donation/undo.js";
import { mailTooOldMs } from "../../domain/limits.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { listOrdered } from "../../platform/ops/outbox.js";
import { giftOrderKinds, type OpsDb } from "../../platform/ops/tables.js";
import { type DonorRow, listReceived } from "../../projections/donors/queries.js";
import { rowsOfTime } from "../sweep/pages.js";
import { giftOrderId, orderNoticesOf } from "./orderNotices.js";
import type { SweepingOrders } from "./sweepVerifications.js";

/** Gifts of the last day whose notice or thank-you mail nobody ordered. */
export async function sweepNotices(deps: SweepingOrders): Promise<void> {
  const { readDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep notices",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listReceived(readDb, page),
      placeOf: (row) => [row.received_at, row.stream],
      choose: (rows) => unordered(deps.opsDb, rows),
    }),
    keyOf: (row) => row.stream,
    work: (row) => orderAgain(deps, row),
    // Money in suspense gets none, and stays.
    isPatient: true,
  });
}

async function unordered(opsDb: OpsDb, rows: readonly DonorRow[]): Promise<readonly DonorRow[]> {
  const orderIdsOf = (row: DonorRow) =>
    giftOrderKinds.map((kind) => giftOrderId(row.event_id, kind));
  const ordered = await listOrdered(opsDb, rows.flatMap(orderIdsOf));
  return rows.filter((row) => !orderIdsOf(row).every((id) => ordered.has(id)));
}

async function orderAgain({ store, opsDb }: SweepingOrders, row: DonorRow): Promise<void> {
  const { provider, external_id: externalId } = row;
  const { events } = await load(store, donationDecider, { provider, externalId });
  const received = firstOf(sinceUndone(events), "DonationReceived");
  if (received !== undefined) await orderNoticesOf(opsDb, received);
}
