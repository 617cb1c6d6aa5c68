import { Counter, type Registry } from "prom-client";
import { hour, second } from "../domain/limits.js";
import { type Instant, plusMs } from "../domain/time.js";
import { ProviderDownError } from "../platform/payments/providerDown.js";
import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import { isOutage } from "../platform/process/outage.js";

/** Rows that something is to be done for, one after the other. */
export interface Sweep<Row> {
  readonly name: string;
  readonly rows: Iterable<Row> | AsyncIterable<Row>;
  /** What a row is known by from one run to the next, and in the log. */
  readonly keyOf: (row: Row) => string;
  readonly work: (row: Row) => Promise<unknown>;
  /** A row that is still there after its work is looked at less and less often too. */
  readonly isPatient?: boolean;
}

/**
 * Works through rows so that none stops the others. One that fails is counted and waits, longer each
 * time, with an alert from its third failure on. Where everything fails, because something is away,
 * the run ends early. @throws what was away
 */
export type SweepEach = <Row>(sweep: Sweep<Row>) => Promise<void>;

interface Reporting {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics: Registry;
}

/** s: 5, 10, 20 … 3600 */
const pauseMs = (looks: number): number => Math.min(5 * second * 2 ** (looks - 1), hour);
const alertFailures = 3;
/** These rows wait like any that fail, so the next run gets further even if they are to blame. */
const outagesInARowMax = 3;

export function createSweepEach({ log, clock, metrics }: Reporting): SweepEach {
  const failed = new Counter({
    name: "obsidian_sweep_failures_total",
    help: "Rows that could not be dealt with",
    labelNames: ["sweep"],
    registers: [metrics],
  });
  const waitingRows = new Map<string, WaitingRows>();

  function report(sweep: string, row: string, { failures, dueAt }: Tried, error: unknown): void {
    failed.inc({ sweep });
    const about = { err: error, sweep, row, failures, dueAt };
    if (failures < alertFailures) log.warn(about, "a row could not be dealt with; later again");
    else log.error(about, "ALERT a row can't be dealt with; later again");
  }

  async function tryRow<Row>(sweep: Sweep<Row>, row: Row, waiting: WaitingRows): Promise<unknown> {
    const key = sweep.keyOf(row);
    const error = await errorOf(sweep.work(row));
    if (error !== undefined) report(sweep.name, key, waiting.failed(key, clock.now()), error);
    else if (sweep.isPatient === true) waiting.looked(key, clock.now());
    else waiting.done(key);
    return error;
  }

  return async (sweep) => {
    const waiting = waitingRows.get(sweep.name) ?? new WaitingRows();
    waitingRows.set(sweep.name, waiting);
    const seen = new Set<string>();
    let outages = 0;
    for await (const row of sweep.rows) {
      const key = sweep.keyOf(row);
      seen.add(key);
      if (!waiting.isDue(key, clock.now())) continue;
      const error = await tryRow(sweep, row, waiting);
      outages = isAway(error) ? outages + 1 : 0;
      if (outages === outagesInARowMax) throw error;
    }
    waiting.keepOnly(seen);
  };
}

interface Tried {
  readonly at: Instant;
  readonly looks: number;
  /** In a row. */
  readonly failures: number;
  readonly dueAt: Instant;
}

/** When each row of a sweep is due again. */
class WaitingRows {
  readonly #tried = new Map<string, Tried>();

  /** Also when the clock was set back since, which would make it wait for as long. */
  isDue(key: string, now: Instant): boolean {
    const tried = this.#tried.get(key);
    return tried === undefined || now < tried.at || tried.dueAt <= now;
  }

  failed(key: string, now: Instant): Tried {
    return this.#later(key, now, (this.#tried.get(key)?.failures ?? 0) + 1);
  }

  looked(key: string, now: Instant): void {
    this.#later(key, now, 0);
  }

  done(key: string): void {
    this.#tried.delete(key);
  }

  /** The others are dealt with, by whomever. */
  keepOnly(seen: ReadonlySet<string>): void {
    for (const key of this.#tried.keys()) if (!seen.has(key)) this.#tried.delete(key);
  }

  #later(key: string, now: Instant, failures: number): Tried {
    const looks = (this.#tried.get(key)?.looks ?? 0) + 1;
    const tried = { at: now, looks, failures, dueAt: plusMs(now, pauseMs(looks)) };
    this.#tried.set(key, tried);
    return tried;
  }
}

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error ?? new Error("failed without a reason"),
  );

const isAway = (error: unknown): boolean => error instanceof ProviderDownError || isOutage(error);
