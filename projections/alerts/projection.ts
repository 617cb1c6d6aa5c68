import { type AlertingEvent, type AlertKind, alertKinds, alertOf } from "../../domain/alerts.js";
import type { StoredEvent } from "../../platform/eventStore/eventStore.js";
import { choiceColumn } from "../choiceColumn.js";
import { streamColumn } from "../exactColumns.js";
import { keyedProjection } from "../keyedProjection.js";

/** Answers "which events must the maintainers hear of?" Whether they did is not in the events. */
export type AlertRow = {
  readonly event_id: string;
  readonly stream: string;
  readonly kind: AlertKind;
  readonly reason: string | null;
  readonly happened_at: string;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_alert: AlertRow;
  }
}

const alerting = {
  key: (_event: unknown, { id }: { id: string }) => [id],
  fold: (
    _row: unknown,
    { id: event_id, stream, event }: { event: AlertingEvent } & StoredEvent,
  ): AlertRow | undefined => {
    const alert = alertOf(event);
    return alert && { event_id, stream, ...alert, happened_at: event.data.private.at };
  },
};

export const alerts = keyedProjection<AlertRow, AlertingEvent["type"]>({
  name: "alerts",
  version: 6,
  table: "read_alert",
  primaryKey: ["event_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    event_id CHAR(36) CHARACTER SET ascii NOT NULL,
    stream ${streamColumn},
    kind ${choiceColumn(alertKinds, 32)},
    reason VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    happened_at CHAR(24) CHARACTER SET ascii NOT NULL,
    PRIMARY KEY (event_id),
    KEY recent (happened_at, event_id)`,
  handlers: {
    WebhookHeld: alerting,
    WebhookFoundOdd: alerting,
    DonationDisputed: alerting,
    WebhookIgnored: alerting,
    DonationReceived: alerting,
    DonationSettled: alerting,
    DonationRefunded: alerting,
    PayeeHeld: alerting,
  },
});
