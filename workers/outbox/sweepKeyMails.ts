import { load } from "../../commands/handle.js";
import { mailTooOldMs } from "../../domain/limits.js";
import { userDecider } from "../../domain/user/decider.js";
import { listIssued } from "../../projections/apiKeys/queries.js";
import { rowsOfTime } from "../sweep/pages.js";
import { notOrdered } from "./notOrdered.js";
import { accountMailId, orderAccountMail } from "./orderAccountMails.js";
import type { SweepingOrders } from "./sweepVerifications.js";

/** Keys of the last day of which nobody ordered a mail to their owner. */
export async function sweepKeyMails(deps: SweepingOrders): Promise<void> {
  const { readDb, opsDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep key mails",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listIssued(readDb, page),
      placeOf: (row) => [row.created_at, row.key_id],
      choose: (rows) =>
        notOrdered(opsDb, rows, ({ event_id }) => accountMailId(event_id, "ApiKeyIssued")),
    }),
    keyOf: (row) => row.key_id,
    work: (row) => orderAgain(deps, row.user_id, row.event_id),
  });
}

async function orderAgain(
  { store, opsDb }: SweepingOrders,
  userId: string,
  issuedId: string,
): Promise<void> {
  const { events } = await load(store, userDecider, { userId });
  const issued = events.find(({ id }) => id === issuedId);
  if (issued?.event.type !== "ApiKeyIssued") return;
  await orderAccountMail(opsDb, { ...issued, event: issued.event });
}
