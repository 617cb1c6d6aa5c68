import { mailTooOldMs } from "../../domain/limits.js";
import type { Instant } from "../../domain/time.js";
import { reactionId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { OpsDb } from "../../platform/ops/tables.js";
import { listTakenBackLately } from "../../projections/takeBacks/queries.js";
import { notOrdered } from "../outbox/notOrdered.js";
import type { SweepingOrders } from "../outbox/sweepVerifications.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { rowsOfTime } from "../sweep/pages.js";

const kind = "share-voided";
const orderIdOf = (eventId: string): string => reactionId(eventId, kind);

/** An operator hears why a share was taken back, and until when an appeal is possible. */
export const orderTakeBackMails = ({ opsDb }: { readonly opsDb: OpsDb }): ProcessManager =>
  processManager({
    name: "take-back-mail",
    coveredBy: { ShareVoided: "sweep take-back mails" },
    react: ({ id, event }) => order(opsDb, { id, ...event.data.private }),
  });

interface Voided {
  readonly id: string;
  readonly operatorId: string;
  readonly at: Instant;
}

const order = (opsDb: OpsDb, { id, operatorId: personId, at }: Voided): Promise<void> =>
  orderMail(opsDb, { id: orderIdOf(id), kind, at, to: { personId } });

/** What was taken back within the last day, and of which nobody ordered a mail. */
export async function sweepTakeBackMails(deps: SweepingOrders): Promise<void> {
  const { readDb, opsDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep take-back mails",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listTakenBackLately(readDb, page),
      placeOf: (row) => [row.voided_at, row.event_id],
      choose: (rows) => notOrdered(opsDb, rows, ({ event_id }) => orderIdOf(event_id)),
    }),
    keyOf: ({ event_id }) => event_id,
    work: ({ event_id: id, operator_id: operatorId, voided_at: at }) =>
      order(opsDb, { id, operatorId, at }),
  });
}
