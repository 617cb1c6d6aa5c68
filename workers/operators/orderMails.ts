import { load } from "../../commands/handle.js";
import type { LedgerEventOf } from "../../domain/ledger.js";
import { mailTooOldMs } from "../../domain/limits.js";
import { nodeDecider } from "../../domain/node/decider.js";
import type { EventStore, StoredEvent } from "../../platform/eventStore/eventStore.js";
import { reactionId } from "../../platform/ids.js";
import { orderMail } from "../../platform/ops/outbox.js";
import type { MailKind, OpsDb } from "../../platform/ops/tables.js";
import {
  listDecidedLately,
  type NodeDecisionRow,
} from "../../projections/nodeDecisions/queries.js";
import { notOrdered } from "../outbox/notOrdered.js";
import type { SweepingOrders } from "../outbox/sweepVerifications.js";
import { type ProcessManager, processManager } from "../processManager.js";
import { rowsOfTime } from "../sweep/pages.js";

const mailAfter = {
  NodeSuspended: "node-suspended",
  NodeReinstated: "node-reinstated",
} as const satisfies Record<string, MailKind>;
type Told = LedgerEventOf<keyof typeof mailAfter>;

interface Ordering {
  readonly store: EventStore;
  readonly opsDb: OpsDb;
}

/** The operator of a node hears of its suspension, and of the end of it. */
export const orderOperatorMails = (deps: Ordering): ProcessManager =>
  processManager({
    name: "operator-mail",
    coveredBy: { NodeSuspended: "sweep operator mails", NodeReinstated: "sweep operator mails" },
    react: (stored) => orderOperatorMail(deps, stored),
  });

async function orderOperatorMail(
  { store, opsDb }: Ordering,
  { id, event }: Pick<StoredEvent<Told>, "id" | "event">,
): Promise<void> {
  const { nodeId, at } = event.data.private;
  const { state } = await load(store, nodeDecider, { nodeId });
  const { operatorId: personId } = state.tenure;
  if (personId === undefined) return;
  const kind = mailAfter[event.type];
  await orderMail(opsDb, { id: reactionId(id, kind), kind, at, to: { personId } });
}

const kindOfMail = {
  suspended: "node-suspended",
  reinstated: "node-reinstated",
} as const satisfies Partial<Record<NodeDecisionRow["kind"], MailKind>>;

/** Suspensions of the last day, begun or ended, of which nobody ordered a mail to the operator. */
export async function sweepOperatorMails(deps: SweepingOrders): Promise<void> {
  for (const kind of ["suspended", "reinstated"] as const) await sweepKind(deps, kind);
}

async function sweepKind(deps: SweepingOrders, kind: keyof typeof kindOfMail): Promise<void> {
  const { readDb, opsDb, clock, sweepEach } = deps;
  await sweepEach({
    name: "sweep operator mails",
    rows: rowsOfTime({
      now: clock.now(),
      lookBackMs: mailTooOldMs,
      read: (page) => listDecidedLately(readDb, kind, page),
      placeOf: (row) => [row.decided_at, row.event_id],
      choose: (rows) =>
        notOrdered(opsDb, rows, ({ event_id }) => reactionId(event_id, kindOfMail[kind])),
    }),
    keyOf: (row) => row.event_id,
    work: (row) => orderAgain(deps, row),
  });
}

async function orderAgain(
  deps: Ordering,
  { node_id: nodeId, event_id }: NodeDecisionRow,
): Promise<void> {
  const { events } = await load(deps.store, nodeDecider, { nodeId });
  const decided = events.find(({ id }) => id === event_id);
  const { event } = decided ?? {};
  if (event?.type !== "NodeSuspended" && event?.type !== "NodeReinstated") return;
  await orderOperatorMail(deps, { id: event_id, event });
}
