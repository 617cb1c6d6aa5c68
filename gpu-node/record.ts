import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import { loopsOf, noticeTexts, reasonOf, secondsOf, skippedLines } from "./sentences.js";
import type { HeartbeatAnswer, Receipt, Registration } from "./serverClient.js";
import { isDisplaced, ServerRefusal } from "./serverRefusal.js";

export interface Totals {
  readonly jobs: number;
  readonly units: number;
}
export type Skipped = Readonly<Record<string, number>>;

/** What happened to a node. Times are ISO text. */
export interface Recorded {
  /** Since this start: handed in and accepted; declined, failed, refused or cancelled. */
  readonly completed: number;
  readonly refused: number;
  /** Since ever, as the server counts; null where it does not say. */
  readonly total: Totals | null;
  /** What stood in line last and was not for this node, by reason. */
  readonly skipped: { readonly at: string; readonly reasons: Skipped } | null;
  readonly lastError: { readonly at: string; readonly message: string } | null;
  /** What the server wants its owner to know. */
  readonly notice: string | null;
}

interface RecordOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly serverUrl: string;
}

/**
 * What a node's owner is told: in its log at once, and in its status. Kept in memory alone, since what
 * lasts is counted by the server.
 */
export class NodeRecord {
  readonly #options: RecordOptions;
  #shown: Recorded = {
    completed: 0,
    refused: 0,
    total: null,
    skipped: null,
    lastError: null,
    notice: null,
  };

  constructor(options: RecordOptions) {
    this.#options = options;
  }

  get shown(): Recorded {
    return this.#shown;
  }

  /** The server's count takes the place of what was added to an earlier one. */
  noteRegistered({ worker_id: workerId, models_ignored, totals }: Registration): void {
    const { log, serverUrl } = this.#options;
    this.#note({ total: totals ?? null });
    if (models_ignored.length > 0)
      log.warn(`The server does not know these models: ${models_ignored.join(", ")}.`);
    const sofar = totals ? ` So far it made ${loopsOf(totals.jobs)}, ${totals.units} units.` : "";
    const told = `Registered with ${serverUrl} as worker ${workerId.slice(0, 8)}.${sofar}`;
    log.info({ workerId }, told);
  }

  noteAccepted(
    { units, late }: Receipt,
    job: { readonly jobId: string; readonly tookMs: number; readonly audioMs: number },
  ): void {
    const { completed, total } = this.#shown;
    const added = total && { jobs: total.jobs + 1, units: total.units + units };
    this.#note({ completed: completed + 1, total: added });
    const made = `Made a loop of ${secondsOf(job.audioMs)} in ${secondsOf(job.tookMs)}`;
    const told = `${made}: ${units} units${late ? ", handed in late" : ""}.`;
    this.#options.log.info({ jobId: job.jobId, units, late }, told);
  }

  noteDeclined(jobId: string): void {
    this.#countRefused();
    this.#options.log.warn({ jobId }, "Declined a loop: it is beyond what this node lends.");
  }

  noteCancelled(jobId: string): void {
    this.#countRefused();
    const told = "The server called a loop off: nobody waits for it any more.";
    this.#options.log.info({ jobId }, told);
  }

  noteFailed(jobId: string, error: unknown): void {
    this.#countRefused();
    const told = `A loop was not made: ${sentenceEnd(reasonOf(error))}`;
    this.#noteError(told);
    this.#options.log.error({ err: error, jobId }, told);
  }

  /** A session that ended is begun again at once: that is no trouble of the owner's. */
  noteTrouble(error: unknown, pauseMs: number): void {
    const { log, serverUrl } = this.#options;
    const isRefused = error instanceof ServerRefusal;
    if (isRefused && error.code === "INVALID_CREDENTIALS") return;
    const what = isRefused ? `refused (${error.code})` : "can't be reached";
    const why = `${serverUrl} ${what}: ${sentenceEnd(reasonOf(error))}`;
    const told = `${why} Trying again in ${secondsOf(pauseMs)}.`;
    this.#noteError(told);
    if (isDisplaced(error)) log.error({ err: error }, told);
    else log.warn({ err: error }, told);
  }

  /** Told once, and again when the reasons are others. */
  noteSkipped(reasons: Skipped): void {
    const { log, clock } = this.#options;
    if (Object.keys(reasons).length === 0) return;
    const before = this.#shown.skipped?.reasons ?? {};
    this.#note({ skipped: { at: clock.now(), reasons } });
    if (namesIn(reasons) === namesIn(before)) return;
    log.info(`Work in line is not for this node: ${skippedLines(reasons).join("; ")}.`);
  }

  noteNotice(notice: HeartbeatAnswer["notice"]): void {
    const text = notice === undefined ? null : noticeTexts[notice];
    if (text !== null && text !== this.#shown.notice) this.#options.log.error(text);
    if (text !== this.#shown.notice) this.#note({ notice: text });
  }

  #countRefused(): void {
    this.#note({ refused: this.#shown.refused + 1 });
  }

  #noteError(message: string): void {
    this.#note({ lastError: { at: this.#options.clock.now(), message } });
  }

  #note(change: Partial<Recorded>): void {
    this.#shown = { ...this.#shown, ...change };
  }
}

const namesIn = (reasons: Skipped): string => Object.keys(reasons).sort().join();
const sentenceEnd = (reason: string): string => (/[.?!]$/.test(reason) ? reason : `${reason}.`);
