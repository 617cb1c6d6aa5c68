import { setTimeout as pause } from "node:timers/promises";
import { Gauge, type Registry } from "prom-client";
import { clockAdjustMs, clockOffsetAlertMs, clockOffsetMsMax, second } from "../domain/limits.js";
import { type Instant, instantOf } from "../domain/time.js";
import { measureOffsets, type ServerTimes } from "./clockOffsets.js";
import { answerMsMax } from "./patience.js";
import type { Clock } from "./process/clock.js";
import { type Alert, createHourlyAlert } from "./process/hourlyAlert.js";
import type { Log } from "./process/log.js";
import { withinTime } from "./process/outage.js";

export interface ClockCorrection {
  readonly byMs: number;
  /** Nobody can tell which of the clocks is right. */
  readonly isInDoubt: boolean;
}

/** How far we are ahead of each server that answered. */
type Offsets = Partial<Record<"Redis" | "MySQL", number>>;

const isNear = (offsetMs: number | undefined): boolean =>
  offsetMs !== undefined && Math.abs(offsetMs) <= clockOffsetMsMax;

/**
 * We follow Redis as long as it is near, or as MySQL agrees with it: then ours is the one that is
 * wrong. Undefined when nobody answered.
 */
export function correctionFor({ Redis, MySQL }: Offsets): ClockCorrection | undefined {
  if (Redis === undefined) {
    return MySQL === undefined ? undefined : { byMs: 0, isInDoubt: !isNear(MySQL) };
  }
  const isConfirmed = MySQL !== undefined && isNear(Redis - MySQL);
  return isNear(Redis) || isConfirmed
    ? { byMs: -Redis, isInDoubt: false }
    : { byMs: 0, isInDoubt: true };
}

/** Milliseconds since 1970, as the system's clock said at our start; it never jumps from then on. */
const steadyMs = (): number => performance.timeOrigin + performance.now();

interface LedgerClockOptions {
  readonly serverTimes: ServerTimes;
  readonly log: Log;
  readonly ownMs?: () => number;
}

/**
 * The time that the API and the workers go by: their own, corrected to that of Redis, so that what
 * one process noted means the same to another (ADR 73).
 */
export class LedgerClock implements Clock {
  readonly #serverTimes: ServerTimes;
  readonly #ownMs: () => number;
  readonly #alert: Alert;
  #correctionMs = 0;
  #isInDoubt = true;

  constructor({ serverTimes, log, ownMs = steadyMs }: LedgerClockOptions) {
    this.#serverTimes = serverTimes;
    this.#ownMs = ownMs;
    this.#alert = createHourlyAlert(log);
  }

  now(): Instant {
    return instantOf(this.#ownMs() + this.#correctionMs);
  }

  /** What is added to our own time. */
  get correctionMs(): number {
    return this.#correctionMs;
  }

  /** True until a server was asked, and while the clocks are far apart. */
  get isInDoubt(): boolean {
    return this.#isInDoubt;
  }

  /** Asks the servers for their time. Ends soon, whether they answer or not. */
  async adjust(): Promise<void> {
    const bounded = Object.entries(this.#serverTimes).map(([server, ask]) => [
      server,
      () => withinTime(server, answerMsMax, ask()),
    ]);
    const measured = await measureOffsets(this, Object.fromEntries(bounded));
    const offsets: Offsets = Object.fromEntries(
      measured.map(({ server, offsetMs }) => [server, offsetMs]),
    );
    const correction = correctionFor(offsets);
    if (correction === undefined) return;
    this.#correctionMs += correction.byMs;
    this.#isInDoubt = correction.isInDoubt;
    this.#raise(correction, offsets);
  }

  /** Adjusts again and again until stopped. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.adjust();
      await pause(clockAdjustMs, undefined, { signal }).catch(() => undefined);
    }
  }

  #raise({ byMs, isInDoubt }: ClockCorrection, offsets: Offsets): void {
    if (isInDoubt) {
      this.#alert(
        "ALERT the clocks of this machine, Redis and MySQL are far apart; what ends by the clock waits. Set them right",
        { aheadMs: offsets },
      );
    } else if (Math.abs(byMs) > clockOffsetAlertMs) {
      this.#alert("ALERT our clock was apart from the one of Redis, and is corrected to it", {
        correctionMs: this.#correctionMs,
      });
    }
  }
}

export function createClockMetrics(metrics: Registry, clock: LedgerClock): void {
  new Gauge({
    name: "obsidian_clock_correction_seconds",
    help: "What is added to this process' own time to get the ledger's",
    registers: [metrics],
    collect() {
      this.set(clock.correctionMs / second);
    },
  });
  new Gauge({
    name: "obsidian_clock_in_doubt",
    help: "1 while the clocks are too far apart for anything to end by them",
    registers: [metrics],
    collect() {
      this.set(clock.isInDoubt ? 1 : 0);
    },
  });
}
