import { alertOf } from "../../domain/alerts.js";
import {
  type WebhookProvider,
  waitsForCharactersMax,
  webhookProviderSchema,
} from "../../domain/webhook/events.js";
import { choiceColumn } from "../choiceColumn.js";
import { exactColumn } from "../exactColumns.js";
import { keyedProjection } from "../keyedProjection.js";

const states = ["new", "held", "ignored", "done"] as const;

/**
 * Answers "which webhooks are not dealt with yet?", for the sweep, and what they wait for. One that is
 * ignored for an odd reason waits for a maintainer, who tries again or closes it.
 */
export type WebhookRow = {
  readonly provider: WebhookProvider;
  readonly delivery_id: string;
  readonly received_at: string;
  readonly state: (typeof states)[number];
  readonly waits_for: string | null;
};

declare module "../readTables.js" {
  interface ReadTables {
    read_webhook: WebhookRow;
  }
}

const done = { state: "done", waits_for: null } as const;

const ofWebhook = {
  key: (event: { data: { private: { provider: string; deliveryId: string } } }) => {
    const { provider, deliveryId } = event.data.private;
    return [provider, deliveryId];
  },
};

export const webhooks = keyedProjection<
  WebhookRow,
  "WebhookReceived" | "WebhookHeld" | "WebhookBooked" | "WebhookIgnored" | "WebhookReopened"
>({
  name: "webhooks",
  version: 4,
  table: "read_webhook",
  primaryKey: ["provider", "delivery_id"],
  group: "money",
  aboutMoney: false,
  columns: `
    provider ${choiceColumn(webhookProviderSchema.options, 16)},
    delivery_id VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    received_at CHAR(24) CHARACTER SET ascii NOT NULL,
    state ${choiceColumn(states, 8)},
    waits_for ${exactColumn(waitsForCharactersMax)} NULL,
    PRIMARY KEY (provider, delivery_id),
    KEY open (state, received_at),
    KEY waiting (waits_for)`,
  handlers: {
    WebhookReceived: {
      ...ofWebhook,
      fold: (_row, { event }) => {
        const { provider, deliveryId: delivery_id, at: received_at } = event.data.private;
        return { provider, delivery_id, received_at, state: "new", waits_for: null };
      },
    },
    WebhookHeld: {
      ...ofWebhook,
      fold: (row, { event }) =>
        row && { ...row, state: "held", waits_for: event.data.private.waitsFor },
    },
    WebhookBooked: {
      ...ofWebhook,
      fold: (row) => row && { ...row, ...done },
    },
    WebhookIgnored: {
      ...ofWebhook,
      fold: (row, { event }) => {
        const odd = alertOf(event)?.reason;
        const end = odd ? ({ state: "ignored", waits_for: odd } as const) : done;
        return row && { ...row, ...end };
      },
    },
    WebhookReopened: {
      ...ofWebhook,
      fold: (row) => row && { ...row, state: "new", waits_for: null },
    },
  },
});
