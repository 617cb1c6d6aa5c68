import {
  erasureSweepIntervalMs,
  feeSweepIntervalMs,
  minute,
  sweepIntervalMs,
} from "../domain/limits.js";
import type { EventStore } from "../platform/eventStore/eventStore.js";
import { sweepFees } from "./book/sweepFees.js";
import { sweepWebhooks } from "./book/sweepWebhooks.js";
import type { Reacting } from "./managers.js";
import { sweepOperatorMails } from "./operators/orderMails.js";
import { sweepOwners } from "./operators/owners.js";
import { sweepEnrolments } from "./operators/sweepEnrolments.js";
import { sweepPayoutMails } from "./operators/sweepPayoutMails.js";
import { sweepTakeBackMails } from "./operators/takeBackMails.js";
import { sweepKeyMails } from "./outbox/sweepKeyMails.js";
import { sweepNotices } from "./outbox/sweepNotices.js";
import { sweepVerifications } from "./outbox/sweepVerifications.js";
import type { ProcessManager } from "./processManager.js";
import type { Repeated } from "./repeat.js";
import { sweepAlerts } from "./sweep/sweepAlerts.js";
import { sweepDonors } from "./sweep/sweepDonors.js";
import { sweepErasures } from "./sweep/sweepErasures.js";
import { GenerationSweep } from "./sweep/sweepGenerations.js";
import { sweepLine } from "./sweep/sweepLine.js";
import { NodeSweep } from "./sweep/sweepNodes.js";
import { sweepPostponed } from "./sweep/sweepPostponed.js";
import { sweepReservations } from "./sweep/sweepReservations.js";
import { sweepSessions } from "./sweep/sweepSessions.js";
import { sweepVault } from "./sweep/sweepVault.js";
import type { SweepEach } from "./sweepEach.js";
import type { SweepName } from "./sweepName.js";
import { sweepWaiting } from "./waiting/sweepWaiting.js";

export interface Sweeping extends Reacting {
  readonly managers: readonly ProcessManager[];
  readonly store: EventStore;
  readonly sweepEach: SweepEach;
}

/** Everything that looks again and again for what a reaction missed. */
export function sweepsOf(deps: Sweeping): Readonly<Record<SweepName, Omit<Repeated, "name">>> {
  const generations = new GenerationSweep(deps);
  const nodes = new NodeSweep(deps);
  const often = sweepIntervalMs;
  const eachMinute = minute;
  const seldom = erasureSweepIntervalMs;
  return {
    "sweep generations": { everyMs: often, run: () => generations.run(), endsByClock: true },
    "sweep line": { everyMs: often, run: () => sweepLine(deps) },
    "sweep reservations": { everyMs: often, run: () => sweepReservations(deps), endsByClock: true },
    "sweep webhooks": { everyMs: often, run: () => sweepWebhooks(deps) },
    "sweep postponed reactions": { everyMs: often, run: () => sweepPostponed(deps) },
    "sweep nodes": { everyMs: often, run: () => nodes.run(), endsByClock: true },
    "sweep erasures": { everyMs: seldom, run: () => sweepErasures(deps) },
    "sweep sessions": { everyMs: eachMinute, run: () => sweepSessions(deps) },
    "sweep donors": { everyMs: seldom, run: () => sweepDonors(deps) },
    "sweep vault": { everyMs: seldom, run: () => sweepVault(deps) },
    "sweep fees": { everyMs: feeSweepIntervalMs, run: () => sweepFees(deps) },
    "sweep verifications": { everyMs: eachMinute, run: () => sweepVerifications(deps) },
    "sweep key mails": { everyMs: eachMinute, run: () => sweepKeyMails(deps) },
    "sweep notices": { everyMs: eachMinute, run: () => sweepNotices(deps) },
    "sweep alerts": { everyMs: eachMinute, run: () => sweepAlerts(deps) },
    "sweep waiting": { everyMs: eachMinute, run: () => sweepWaiting(deps) },
    "sweep operator mails": { everyMs: eachMinute, run: () => sweepOperatorMails(deps) },
    "sweep take-back mails": { everyMs: eachMinute, run: () => sweepTakeBackMails(deps) },
    "sweep payout mails": { everyMs: eachMinute, run: () => sweepPayoutMails(deps) },
    "sweep owners": { everyMs: eachMinute, run: () => sweepOwners(deps) },
    "sweep enrolments": { everyMs: eachMinute, run: () => sweepEnrolments(deps) },
  };
}
