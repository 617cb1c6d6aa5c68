import { load } from "../../commands/handle.js";
import { mailTooOldMs } from "../../domain/limits.js";
import { operatorDecider } from "../../domain/operator/decider.js";
import { isPayoutNews } from "../../domain/operator/news.js";
import { userDecider } from "../../domain/user/decider.js";
import {
  listPaidAmong,
  listPayoutNews,
  type PayoutNewsRow,
} from "../../projections/payoutNews/queries.js";
import type { ReadDb } from "../../projections/readTables.js";
import { notOrdered } from "../outbox/notOrdered.js";
import type { SweepingOrders } from "../outbox/sweepVerifications.js";
import { rowsOfTime } from "../sweep/pages.js";
import { orderMailsAfter, payoutMailId } from "./orderPayoutMails.js";

/** Changes of the last day that an operator has to hear of, and of which nobody ordered a mail. */
export async function sweepPayoutMails(deps: SweepingOrders): Promise<void> {
  const { readDb, opsDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep payout mails",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listPayoutNews(readDb, page),
      placeOf: (row) => [row.happened_at, row.event_id],
      choose: async (rows) => {
        const open = await notOrdered(opsDb, rows, ({ event_id }) => payoutMailId(event_id));
        return ofThePaid(readDb, open);
      },
    }),
    keyOf: (row) => row.event_id,
    work: (row) => orderAgain(deps, row),
  });
}

async function ofThePaid(db: ReadDb, rows: readonly PayoutNewsRow[]): Promise<PayoutNewsRow[]> {
  const paid = await listPaidAmong(
    db,
    rows.map(({ operator_id }) => operator_id),
  );
  return rows.filter(({ operator_id }) => paid.has(operator_id));
}

async function orderAgain(deps: SweepingOrders, row: PayoutNewsRow): Promise<void> {
  const { store } = deps;
  const { operator_id: personId, event_id: id } = row;
  const { events } =
    row.kind === "sign-in"
      ? await load(store, userDecider, { userId: personId })
      : await load(store, operatorDecider, { operatorId: personId });
  const { event } = events.find((each) => each.id === id) ?? {};
  if (event !== undefined && isPayoutNews(event)) await orderMailsAfter(deps, { id, event });
}
