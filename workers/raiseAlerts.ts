import { type Alert, type AlertKind, alertOf } from "../domain/alerts.js";
import { listAlerted, markAlerted } from "../platform/ops/alerts.js";
import type { OpsDb } from "../platform/ops/tables.js";
import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import { type ProcessManager, processManager } from "./processManager.js";

export interface Alerting {
  readonly opsDb: OpsDb;
  readonly log: Log;
  readonly clock: Clock;
}

const sentences: Readonly<Record<AlertKind, string>> = {
  "webhook-unreadable": "ALERT a genuine webhook can't be read; it is kept and tried again",
  "webhook-unbookable": "ALERT a webhook can't be booked",
  "in-suspense": "ALERT money is in suspense; see npm run amend-donation",
  "odd-sum": "ALERT a sum is not as expected; it is booked as the provider reports it",
  "payee-held":
    "ALERT an operator named a payout account that is another's; see npm run nodes -- accept-payee",
  "refund-beyond-gross": "ALERT more was refunded than was given",
};

/** Maintainers hear of what they have to look into, once for each event. */
export const raiseAlerts = (deps: Alerting): ProcessManager =>
  processManager({
    name: "alerts",
    coveredBy: {
      WebhookHeld: "sweep alerts",
      WebhookIgnored: "sweep alerts",
      WebhookFoundOdd: "sweep alerts",
      DonationDisputed: "sweep alerts",
      DonationReceived: "sweep alerts",
      DonationSettled: "sweep alerts",
      DonationRefunded: "sweep alerts",
      PayeeHeld: "sweep alerts",
    },
    react: async ({ id: eventId, stream, event }) => {
      const alert = alertOf(event);
      if (alert !== undefined) await raiseAlert(deps, { eventId, stream, ...alert });
    },
  });

export const raiseAlert = (
  deps: Alerting,
  { eventId, stream, kind, reason }: Alert & { readonly eventId: string; readonly stream: string },
): Promise<void> =>
  alertOnce(deps, eventId, () =>
    deps.log.error({ stream, ...(reason !== null && { reason }) }, sentences[kind]),
  );

/**
 * Named by what it is about. Marked after it is raised: a process that dies in between raises it
 * again, and loses none.
 */
export async function alertOnce(
  { opsDb, clock }: Pick<Alerting, "opsDb" | "clock">,
  alertId: string,
  raise: () => void,
): Promise<void> {
  if ((await listAlerted(opsDb, [alertId])).has(alertId)) return;
  raise();
  await markAlerted(opsDb, alertId, clock.now());
}
