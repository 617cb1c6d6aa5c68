import { load } from "../../commands/handle.js";
import { mailTooOldMs } from "../../domain/limits.js";
import { userDecider } from "../../domain/user/decider.js";
import type { EventStore } from "../../platform/eventStore/eventStore.js";
import { firstOf } from "../../platform/eventStore/firstOf.js";
import { listPersonsOrdered } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import type { Clock } from "../../platform/process/clock.js";
import type { ReadDb } from "../../projections/readTables.js";
import { listUnverified } from "../../projections/users/queries.js";
import { rowsOfTime } from "../sweep/pages.js";
import type { SweepEach } from "../sweepEach.js";
import { orderAccountMail } from "./orderAccountMails.js";

export interface SweepingOrders {
  readonly store: EventStore;
  readonly opsDb: OpsDb;
  readonly readDb: ReadDb;
  readonly clock: Clock;
  readonly sweepEach: SweepEach;
}

/** Accounts that wait for the mail that proves their address, and for which none was ordered. */
export async function sweepVerifications(deps: SweepingOrders): Promise<void> {
  const { readDb, opsDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep verifications",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listUnverified(readDb, page),
      placeOf: (row) => [row.registered_at, row.user_id],
      choose: async (rows) => {
        const userIds = rows.map((row) => row.user_id);
        const ordered = await listPersonsOrdered(opsDb, "verify-email", userIds);
        return rows.filter((row) => !ordered.has(row.user_id));
      },
    }),
    keyOf: (row) => row.user_id,
    work: (row) => orderAgain(deps, row.user_id),
  });
}

async function orderAgain({ store, opsDb }: SweepingOrders, userId: string): Promise<void> {
  const { state, events } = await load(store, userDecider, { userId });
  const registered = firstOf(events, "UserRegistered");
  if (state.status !== "unverified" || registered === undefined) return;
  await orderAccountMail(opsDb, registered);
}
