import { setTimeout as pause } from "node:timers/promises";
import { certifiedParts, joinBytes, pcm16Bytes, wavParts } from "../domain/audio/writeWav.js";
import { generationTimeoutMs, heartbeatBusyMs, second } from "../domain/limits.js";
import type { Job, LeaseAnswer } from "../domain/node/wire.js";
import { plusMs } from "../domain/time.js";
import { sha256OfParts } from "../platform/ids.js";
import type { Clock } from "../platform/process/clock.js";
import type { Log } from "../platform/process/log.js";
import type { Engine } from "./engine.js";
import { type NodeLimits, readJob } from "./jobRules.js";
import { NodeRecord, type Recorded } from "./record.js";
import { RunningJob } from "./runningJob.js";
import type { AboutNode, Receipt, Result, ServerClient } from "./serverClient.js";
import { isChangedOnTheWay, isSessionLost, pauseAfter, ServerRefusal } from "./serverRefusal.js";
import { ServerSession } from "./serverSession.js";

export interface NodeOptions {
  readonly client: ServerClient;
  readonly engine: Engine;
  readonly limits: NodeLimits;
  readonly about: AboutNode;
  readonly log: Log;
  readonly clock: Clock;
}

/** ms: 1000, 2000, 4000, 5000 … */
const retryMsMin = second;
/** A node is back this soon after its server is: everything is well again within 30 s of an outage. */
const retryMsMax = 5 * second;
/** Bytes that were changed on their way are sent again so often. */
const sentAgainMax = 2;
/** How often it is looked whether a heartbeat is due. */
const lookMs = second;
/** A server that answers at once that there is no job is not asked without pause. */
const emptyHandedMs = 100;

export interface NodeStatus extends Recorded {
  /** `displaced`: another machine works with this node's key. */
  readonly state: "starting" | "idle" | "busy" | "draining" | "unreachable" | "displaced";
  readonly workerId: string | undefined;
  readonly job: { readonly startedAtMs: number; readonly progress: number } | undefined;
  readonly server: string;
  readonly engine: string;
  readonly models: readonly string[];
  readonly softwareVersion: string;
  readonly limits: NodeLimits;
  /** The server gives it no work before, since its work failed. */
  readonly restsUntil: string | null;
}

/** One worker: registers, asks for work, does it, hands it in; over and over until drained. */
export class GpuNode {
  readonly #options: NodeOptions;
  readonly #draining = new AbortController();
  #running: RunningJob | undefined;
  #restsUntil: string | null = null;
  readonly #record: NodeRecord;
  readonly #session: ServerSession;

  constructor(options: NodeOptions) {
    this.#options = options;
    const { log, clock, client, about } = options;
    this.#record = new NodeRecord({ log, clock, serverUrl: client.serverUrl });
    this.#session = new ServerSession({ client, about, record: this.#record });
  }

  get status(): NodeStatus {
    const job = this.#running;
    const { client, about, limits } = this.#options;
    return {
      state: this.#state,
      workerId: this.#session.workerId,
      job: job && { startedAtMs: job.startedAtMs, progress: job.progress },
      ...this.#record.shown,
      server: client.serverUrl,
      engine: about.engine,
      models: about.models,
      softwareVersion: about.software_version,
      limits,
      restsUntil: this.#restsUntil,
    };
  }

  get #state(): NodeStatus["state"] {
    if (this.#draining.signal.aborted) return "draining";
    const { state } = this.#session;
    if (state !== "open") return state;
    return this.#running === undefined ? "idle" : "busy";
  }

  /** Takes nothing new; what runs is finished and handed in. */
  drain(): void {
    this.#draining.abort();
  }

  /** Resolves once drained. */
  async run(onRegistered: () => void): Promise<void> {
    const isDraining = this.#draining.signal;
    this.#session.onRegistered = onRegistered;
    const beating = this.#beat();
    let waitMs = retryMsMin;
    while (!isDraining.aborted) {
      try {
        if (this.#session.workerId === undefined) await this.#session.register();
        await this.#workOnce();
        waitMs = retryMsMin;
      } catch (error) {
        if (isDraining.aborted) break;
        this.#session.noteTrouble(error);
        const pauseMs = pauseAfter(error, waitMs);
        this.#record.noteTrouble(error, pauseMs);
        await pause(pauseMs, undefined, { signal: isDraining }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, retryMsMax);
      }
    }
    await beating;
    await this.#say("draining").catch(() => undefined);
  }

  async #workOnce(): Promise<void> {
    const leased = await this.#options.client.lease(this.#draining.signal);
    this.#session.noteAnswer();
    // A poll knows what was so when it began: that all is well is said by the next heartbeat.
    if (leased.notice !== undefined) this.#record.noteNotice(leased.notice);
    if (leased.job !== null) return this.#work(leased);
    this.#record.noteSkipped(leased.skipped);
    await this.#rest(leased);
  }

  async #rest({
    retry_after_seconds: seconds,
    notice,
  }: Extract<LeaseAnswer, { job: null }>): Promise<void> {
    const { log, clock } = this.#options;
    const { signal } = this.#draining;
    if (seconds === undefined) return pause(emptyHandedMs, undefined, { signal });
    this.#restsUntil = plusMs(clock.now(), seconds * second);
    // Of a suspension the notice has told.
    if (notice !== "suspended")
      log.warn(`The server gives this node no work for ${seconds} s, since its work failed.`);
    await pause(seconds * second, undefined, { signal });
    this.#restsUntil = null;
  }

  async #work({ job }: Extract<LeaseAnswer, { job: Job }>): Promise<void> {
    const { client, engine, limits } = this.#options;
    const request = readJob(job, limits);
    if (request === undefined) {
      this.#record.noteDeclined(job.job_id);
      return client.fail(job.job_id, "declined");
    }
    const running = new RunningJob(job.job_id);
    this.#running = running;
    try {
      const { signal } = running.cancelled;
      const onProgress = (fraction: number) => running.note(fraction);
      const { pcm, model, understood } = await engine.generate(request, { signal, onProgress });
      const format = { sampleRate: request.sampleRate, channels: 2, bitsPerSample: 16 } as const;
      const data = pcm16Bytes(pcm);
      const audioSha256 = sha256OfParts(certifiedParts(format, data));
      const wav = joinBytes(wavParts(format, data));
      const receipt = await this.#handIn(running, { wav, audioSha256, model, understood });
      this.#record.noteAccepted(receipt, {
        jobId: job.job_id,
        tookMs: performance.now() - running.startedAtMs,
        audioMs: (second * request.frames) / request.sampleRate,
      });
    } catch (error) {
      await this.#giveUp(running, error);
    } finally {
      this.#running = undefined;
    }
  }

  /** As long as the work can be wanted; a session that is lost meanwhile is begun again. */
  async #handIn({ jobId, startedAtMs }: RunningJob, result: Result): Promise<Receipt> {
    const untilMs = startedAtMs + generationTimeoutMs;
    for (let changed = 0; ; ) {
      try {
        return await this.#options.client.sendResult(jobId, result, untilMs);
      } catch (error) {
        if (isChangedOnTheWay(error)) changed += 1;
        if (!mayTryAgain(error, changed) || performance.now() > untilMs) throw error;
        await this.#registerAfter(error);
      }
    }
  }

  async #registerAfter(error: unknown): Promise<void> {
    if (!isSessionLost(error)) return;
    await this.#session
      .register()
      .catch((refused: unknown) => pause(pauseAfter(refused, retryMsMin)));
  }

  /** What the server refused needs no word from us; our own failure does, so that another may try. */
  async #giveUp({ jobId, cancelled }: RunningJob, error: unknown): Promise<void> {
    if (cancelled.signal.aborted) return this.#record.noteCancelled(jobId);
    this.#record.noteFailed(jobId, error);
    if (error instanceof ServerRefusal && error.status < 500) return;
    await this.#options.client.fail(jobId, "failed").catch(() => undefined);
  }

  /** Heartbeats go on while a job runs and until the node has drained. */
  async #beat(): Promise<void> {
    let beatAt = performance.now();
    let quietUntil = 0;
    while (!this.#draining.signal.aborted || this.#running !== undefined) {
      await pause(lookMs);
      if (this.#session.workerId === undefined || !this.#isDue(beatAt)) continue;
      if (performance.now() < quietUntil) continue;
      beatAt = performance.now();
      await this.#say().catch(async (error: unknown) => {
        quietUntil = performance.now() + pauseAfter(await this.#hearTrouble(error), 0);
      });
    }
  }

  /** Work that is done within one interval needs no beat: taking it and handing it in say enough. */
  #isDue(beatAt: number): boolean {
    const job = this.#running;
    const dueAt =
      job === undefined
        ? beatAt + this.#session.heartbeatMs
        : Math.max(beatAt, job.startedAtMs) + heartbeatBusyMs;
    return performance.now() >= dueAt;
  }

  async #say(state?: "draining"): Promise<void> {
    const running = this.#running;
    const status = state ?? (running === undefined ? "idle" : "busy");
    const answer = await this.#options.client.heartbeat({
      status,
      telemetry: {},
      ...(running !== undefined && { job_id: running.jobId, progress: running.progress }),
    });
    this.#session.noteAnswer();
    this.#record.noteNotice(answer.notice);
    if (running === undefined) this.#session.heartbeatMs = answer.heartbeat_interval * second;
    if (answer.directive === "cancel") running?.cancelled.abort();
    if (answer.directive === "drain") this.drain();
  }

  /** Gives the trouble that is left. */
  async #hearTrouble(error: unknown): Promise<unknown> {
    if (this.#running !== undefined) return this.#session.goOnAfter(error);
    this.#session.noteTrouble(error);
    return error;
  }
}

const mayTryAgain = (error: unknown, changed: number): boolean =>
  isChangedOnTheWay(error) ? changed <= sentAgainMax : isSessionLost(error);
