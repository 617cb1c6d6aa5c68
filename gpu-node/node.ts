import { setTimeout as pause } from "node:timers/promises";
import { certifiedPartsOf, joinBytes, pcm16Bytes, wavParts } from "../domain/audio/writeWav.js";
import { generationTimeoutMs, heartbeatBusyMs, heartbeatIdleMs, second } from "../domain/limits.js";
import type { Job, LeaseAnswer } from "../domain/node/wire.js";
import { sha256OfParts } from "../platform/ids.js";
import type { Log } from "../platform/process/log.js";
import type { Engine } from "./engine.js";
import { type NodeLimits, readJob } from "./jobRules.js";
import {
  type AboutNode,
  isSessionLost,
  type Receipt,
  type Result,
  type ServerClient,
  ServerRefusal,
} from "./serverClient.js";

export interface NodeOptions {
  readonly client: ServerClient;
  readonly engine: Engine;
  readonly limits: NodeLimits;
  readonly about: AboutNode;
  readonly log: Log;
}

/** ms: 1000, 2000 … 30000 */
const retryMsMin = second;
const retryMsMax = 30 * second;
/** How often it is looked whether a heartbeat is due. */
const lookMs = second;
/** A server that answers at once that there is no job is not asked without pause. */
const emptyHandedMs = 100;

export interface NodeStatus {
  readonly state: "starting" | "idle" | "busy" | "draining" | "unreachable";
  readonly workerId: string | undefined;
  readonly job: { readonly startedAtMs: number; readonly progress: number } | undefined;
  readonly completed: number;
  readonly refused: number;
}

/** One worker: registers, asks for work, does it, hands it in; over and over until drained. */
export class GpuNode {
  readonly #options: NodeOptions;
  readonly #draining = new AbortController();
  #workerId: string | undefined;
  #running: RunningJob | undefined;
  /** As the server asks; a running job is spoken for more often, lest its lease run out. */
  #idleIntervalMs = heartbeatIdleMs;
  #isReachable = false;
  #registering: Promise<void> | undefined;
  #onRegistered: () => void = () => undefined;
  #completed = 0;
  #refused = 0;

  constructor(options: NodeOptions) {
    this.#options = options;
  }

  get status(): NodeStatus {
    const job = this.#running;
    return {
      state: this.#state,
      workerId: this.#workerId,
      job: job && { startedAtMs: job.startedAtMs, progress: job.progress },
      completed: this.#completed,
      refused: this.#refused,
    };
  }

  get #state(): NodeStatus["state"] {
    if (this.#draining.signal.aborted) return "draining";
    if (this.#workerId === undefined) return "starting";
    if (!this.#isReachable) return "unreachable";
    return this.#running === undefined ? "idle" : "busy";
  }

  /** Takes nothing new; what runs is finished and handed in. */
  drain(): void {
    this.#draining.abort();
  }

  /** Resolves once drained. */
  async run(onRegistered: () => void): Promise<void> {
    const { log } = this.#options;
    const isDraining = this.#draining.signal;
    this.#onRegistered = onRegistered;
    const beating = this.#beat();
    let waitMs = retryMsMin;
    while (!isDraining.aborted) {
      try {
        if (this.#workerId === undefined) await this.#register();
        await this.#workOnce();
        waitMs = retryMsMin;
      } catch (error) {
        if (isDraining.aborted) break;
        this.#noteTrouble(error);
        log.warn(
          { err: error, waitMs },
          "the server could not be reached, or refused; trying again",
        );
        await pause(waitMs, undefined, { signal: isDraining }).catch(() => undefined);
        waitMs = Math.min(2 * waitMs, retryMsMax);
      }
    }
    await beating;
    await this.#say("draining").catch(() => undefined);
  }

  /** Once, however many calls find that the session is lost. */
  #register(): Promise<void> {
    this.#registering ??= this.#registerOnce().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #registerOnce(): Promise<void> {
    const { client, about, log } = this.#options;
    const { worker_id, models_ignored, heartbeat_interval } = await client.register(about);
    this.#workerId = worker_id;
    this.#idleIntervalMs = heartbeat_interval * second;
    this.#isReachable = true;
    if (models_ignored.length > 0)
      log.warn({ models_ignored }, "the server does not know these models");
    log.info({ workerId: worker_id }, "registered");
    this.#onRegistered();
  }

  async #workOnce(): Promise<void> {
    const leased = await this.#options.client.lease(this.#draining.signal);
    this.#isReachable = true;
    if (leased.job !== null) return this.#work(leased);
    const { retry_after_seconds: restSeconds } = leased;
    const restMs = restSeconds === undefined ? emptyHandedMs : restSeconds * second;
    await pause(restMs, undefined, { signal: this.#draining.signal });
  }

  async #work({ job }: Extract<LeaseAnswer, { job: Job }>): Promise<void> {
    const { client, engine, limits, log } = this.#options;
    const request = readJob(job, limits);
    if (request === undefined) {
      this.#refused += 1;
      log.warn({ jobId: job.job_id }, "declined a job beyond this node's limits");
      return client.fail(job.job_id, "declined");
    }
    const running = new RunningJob(job.job_id);
    this.#running = running;
    try {
      const { signal } = running.cancelled;
      const onProgress = (fraction: number) => running.note(fraction);
      const { pcm, model } = await engine.generate(request, { signal, onProgress });
      const format = { sampleRate: request.sampleRate, channels: 2, bitsPerSample: 16 } as const;
      const data = pcm16Bytes(pcm);
      const audioSha256 = sha256OfParts(certifiedPartsOf(format, data));
      const wav = joinBytes(wavParts(format, data));
      const receipt = await this.#handIn(running, { wav, audioSha256, model });
      this.#completed += 1;
      log.info({ jobId: job.job_id, units: receipt.units, late: receipt.late }, "result accepted");
    } catch (error) {
      await this.#giveUp(running, error);
    } finally {
      this.#running = undefined;
    }
  }

  /** As long as the work can be wanted; a session that is lost meanwhile is begun again. */
  async #handIn({ jobId, startedAtMs }: RunningJob, result: Result): Promise<Receipt> {
    const untilMs = startedAtMs + generationTimeoutMs;
    for (;;) {
      try {
        return await this.#options.client.sendResult(jobId, result, untilMs);
      } catch (error) {
        if (!isSessionLost(error) || performance.now() > untilMs) throw error;
        await this.#register().catch(() => pause(retryMsMin));
      }
    }
  }

  /** What the server refused needs no word from us; our own failure does, so that another may try. */
  async #giveUp({ jobId, cancelled }: RunningJob, error: unknown): Promise<void> {
    const { client, log } = this.#options;
    this.#refused += 1;
    if (cancelled.signal.aborted) {
      log.info({ jobId }, "job cancelled by the server");
      return;
    }
    log.error({ err: error, jobId }, "job failed");
    if (error instanceof ServerRefusal && error.status < 500) return;
    await client.fail(jobId, "failed").catch(() => undefined);
  }

  /** Heartbeats go on while a job runs and until the node has drained. */
  async #beat(): Promise<void> {
    let beatAt = performance.now();
    while (!this.#draining.signal.aborted || this.#running !== undefined) {
      await pause(lookMs);
      if (this.#workerId === undefined || !this.#isDue(beatAt)) continue;
      beatAt = performance.now();
      await this.#say().catch((error: unknown) => this.#hearTrouble(error));
    }
  }

  /** Work that is done within one interval needs no beat: taking it and handing it in say enough. */
  #isDue(beatAt: number): boolean {
    const job = this.#running;
    const dueAt =
      job === undefined
        ? beatAt + this.#idleIntervalMs
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
    this.#isReachable = true;
    if (running === undefined) this.#idleIntervalMs = answer.heartbeat_interval * second;
    if (answer.directive === "cancel") running?.cancelled.abort();
    if (answer.directive === "drain") this.drain();
  }

  #noteTrouble(error: unknown): void {
    this.#isReachable = false;
    if (isSessionLost(error)) this.#workerId = undefined;
  }

  /** A running job must go on being spoken for, and nobody else registers meanwhile. */
  async #hearTrouble(error: unknown): Promise<void> {
    if (this.#running === undefined || !isSessionLost(error)) return this.#noteTrouble(error);
    await this.#register().catch(() => {
      this.#isReachable = false;
    });
  }
}

class RunningJob {
  readonly jobId: string;
  readonly cancelled = new AbortController();
  readonly startedAtMs = performance.now();
  progress = 0;

  constructor(jobId: string) {
    this.jobId = jobId;
  }

  note(fraction: number): void {
    this.progress = Math.max(this.progress, Math.min(1, fraction));
  }
}
