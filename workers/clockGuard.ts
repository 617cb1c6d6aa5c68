import { type Ledger, load } from "../commands/handle.js";
import { booksDecider, closableMonths } from "../domain/books/decider.js";
import { clockJumpMsMax, clockOffsetAlertMs, clockOffsetMsMax } from "../domain/limits.js";
import { betweenMs, type Instant, monthOf, previousMonth } from "../domain/time.js";
import { type ClockOffset, measureOffsets, type ServerTimes } from "../platform/clockOffsets.js";
import { findSeenTime, saveSeenTime } from "../platform/ops/seenTime.js";
import type { OpsDb } from "../platform/ops/tables.js";
import type { Clock } from "../platform/process/clock.js";
import { type Alert, createHourlyAlert } from "../platform/process/hourlyAlert.js";
import type { Log } from "../platform/process/log.js";

/**
 * `doubtful`: what can't be undone waits until a maintainer says that the clock is right.
 * `wrong`: nothing is done by it.
 */
export type ClockVerdict = "trusted" | "doubtful" | "wrong";

export interface GuardingClock {
  readonly clock: Clock;
  readonly serverTimes: ServerTimes;
  readonly ledger: Ledger;
  readonly opsDb: OpsDb;
  readonly log: Log;
  readonly onOffset: (offset: ClockOffset) => void;
}

/** Whether the time is too far from the one that was last seen to be believed. */
export const hasJumped = (seenAt: Instant, now: Instant): boolean =>
  betweenMs(seenAt, now) > clockJumpMsMax;

/** Clocks lie. This one is asked before anything is done by the clock (ADR 56). */
export class ClockGuard {
  readonly #deps: GuardingClock;
  readonly #alert: Alert;

  constructor(deps: GuardingClock) {
    this.#deps = deps;
    this.#alert = createHourlyAlert(deps.log);
  }

  async judge(): Promise<ClockVerdict> {
    if (await this.#isFarOff()) return "wrong";
    const { clock, ledger, opsDb } = this.#deps;
    const now = clock.now();
    const seenAt = (await findSeenTime(opsDb)) ?? now;
    const jumped = hasJumped(seenAt, now);
    if (!jumped) await saveSeenTime(opsDb, now);
    const { state } = await load(ledger.store, booksDecider, {});
    const months = closableMonths(state, now);
    if (!jumped && months.length <= 1) return "trusted";
    const openMonth = state.status === "open" ? state.openMonth : monthOf(now);
    this.#raiseDoubt({ seenAt, now, months, confirm: months[0] ?? previousMonth(openMonth) });
    return "doubtful";
  }

  async #isFarOff(): Promise<boolean> {
    const { clock, serverTimes, onOffset } = this.#deps;
    const offsets = await measureOffsets(clock, serverTimes);
    for (const each of offsets) {
      onOffset(each);
      if (Math.abs(each.offsetMs) > clockOffsetAlertMs) this.#raiseOffset(each);
    }
    return offsets.some(({ offsetMs }) => Math.abs(offsetMs) > clockOffsetMsMax);
  }

  #raiseOffset({ server, offsetMs }: ClockOffset): void {
    const isFar = Math.abs(offsetMs) > clockOffsetMsMax;
    const text = isFar
      ? `ALERT our clock and the one of ${server} are far apart; nothing is done by the clock`
      : `ALERT our clock and the one of ${server} are apart`;
    this.#alert(text, { offsetMs });
  }

  #raiseDoubt({
    confirm,
    ...about
  }: {
    confirm: string;
    seenAt: Instant;
    now: Instant;
    months: string[];
  }) {
    const text =
      "ALERT the clock may be wrong; closing months, ending accounts, trusting nodes and destroying keys wait. " +
      `If it is right: npm run close-month -- ${confirm} --confirm`;
    this.#alert(text, about);
  }
}
