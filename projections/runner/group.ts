import { setTimeout as pause } from "node:timers/promises";
import type { RecordedEvent } from "../../platform/eventStore/eventStore.js";
import type { Log } from "../../platform/process/log.js";
import type { PoisonError, Projection } from "../projection.js";
import type { ReadDb } from "../readTables.js";
import { type Applied, applyBatch, CheckpointMovedError, type Progress } from "./applyBatch.js";
import { decodeBatch } from "./applyEvents.js";
import { findCheckpoint, isFurther } from "./checkpoint.js";
import type { PassedKind } from "./passed.js";
import type { Place } from "./place.js";

const databaseRetryMs = 1000;

interface GroupOptions {
  readonly db: ReadDb;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Called after each commit. */
  readonly onApplied?: (applied: readonly Progress[]) => void;
  /** Called with each read model of money that stopped at an event that it can't take. */
  readonly onStopped: (progress: Progress) => void;
}

/** Read models that go through the log together, with one transaction for each batch. */
export class Group {
  readonly #options: GroupOptions;
  #progresses: readonly Progress[];
  #joining: readonly Progress[] = [];
  readonly #alerted = new Set<string>();
  #position: Place;

  /** A read model that is ahead of `position` passes over what it has seen. */
  constructor(options: GroupOptions, progresses: readonly Progress[], position: Place) {
    this.#options = options;
    this.#progresses = progresses;
    this.#position = position;
  }

  /** The end of the batch at work, or of the last one. */
  get position(): Place {
    return this.#position;
  }

  /** True when each of them stopped at an event that it can't take. */
  get isEmpty(): boolean {
    return this.#progresses.length + this.#joining.length === 0;
  }

  /** Takes over the read models of a group that is as far, from the next batch on. */
  adopt(other: Group): void {
    this.#joining = [...this.#joining, ...other.#progresses];
  }

  /** Ends when the batch is committed, however long the database is away, or the signal says so. */
  async apply(batch: readonly RecordedEvent[]): Promise<void> {
    const { log, signal } = this.#options;
    this.#progresses = [...this.#progresses, ...this.#joining];
    this.#joining = [];
    this.#position = batch.at(-1)?.position ?? this.#position;
    while (!signal.aborted && this.#progresses.length > 0) {
      try {
        return this.#took(await this.#commit(batch));
      } catch (error) {
        if (error instanceof CheckpointMovedError) throw error;
        log.error({ err: error }, "the database did not accept a batch; trying again");
        await pause(databaseRetryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  async #commit(batch: readonly RecordedEvent[]): Promise<Applied[]> {
    const handled = this.#progresses.flatMap(({ projection }) => projection.handles);
    const decoded = decodeBatch(batch, new Set(handled));
    try {
      return await applyBatch(this.#options.db, this.#progresses, batch, decoded);
    } catch (error) {
      if (!(error instanceof CheckpointMovedError)) throw error;
      this.#progresses = await this.#further(error);
      return this.#commit(batch);
    }
  }

  /**
   * A replay goes on to the end of the log beside us. What it took is not for us any more.
   * @throws CheckpointMovedError for a checkpoint that moved any other way than on
   */
  async #further(moved: CheckpointMovedError): Promise<Progress[]> {
    return Promise.all(
      this.#progresses.map(async (progress) => {
        const row = await findCheckpoint(this.#options.db, progress.projection.name);
        if (row === undefined || !isFurther(row, progress.checkpoint)) throw moved;
        return { ...progress, checkpoint: row };
      }),
    );
  }

  #took(applied: readonly Applied[]): void {
    for (const { projection, poisons, passed } of applied) {
      for (const poison of poisons) this.#alert(projection, poison);
      for (const kind of passed.values()) this.#alertPassed(projection, kind);
    }
    const isStopped = ({ projection, poisons }: Applied) =>
      projection.aboutMoney && poisons.length > 0;
    this.#progresses = applied.filter((each) => !isStopped(each));
    for (const each of applied.filter(isStopped)) this.#options.onStopped(each);
    this.#options.onApplied?.(applied);
  }

  /** A read model of money stops where it is; elsewhere only the stream waits. */
  #alert({ name, aboutMoney }: Projection, { stream, eventId, cause }: PoisonError): void {
    const about = { projection: name, stream, eventId, err: cause };
    const { log } = this.#options;
    if (aboutMoney) log.fatal(about, "ALERT a read model of money stopped at an event");
    else log.error(about, "ALERT a read model can't take an event; stream parked");
  }

  /** Once for each kind: there may be many of them. */
  #alertPassed({ name }: Projection, { type, version }: PassedKind): void {
    const key = `${name} ${version} ${type}`;
    if (this.#alerted.has(key)) return;
    this.#alerted.add(key);
    this.#options.log.error(
      { projection: name, type, version },
      "ALERT a read model passed over events of newer software, which has to rebuild it",
    );
  }
}
