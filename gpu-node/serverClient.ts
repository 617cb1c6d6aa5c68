import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { canonicalJson } from "../domain/canonicalJson.js";
import { longPollMs, second } from "../domain/limits.js";
import {
  challengeAnswerSchema,
  type HeartbeatBody,
  heartbeatAnswerSchema,
  type LeaseAnswer,
  leaseAnswerSchema,
  type RegisterBody,
  registerAnswerSchema,
  resultAnswerSchema,
  runHeader,
  signatureHeader,
  understoodHeader,
} from "../domain/node/wire.js";
import { newId, sha256Hex } from "../platform/ids.js";
import { signProof } from "../platform/keys/nodeSignatures.js";
import { findWork } from "../platform/keys/nodeWork.js";
import type { Identity } from "./identity.js";
import { isFinal, pauseAfter, refusalOf } from "./serverRefusal.js";

/** What a node says of itself when it registers. */
export type AboutNode = Omit<RegisterBody, "nonce" | "public_key" | "work">;
export type Registration = z.infer<typeof registerAnswerSchema>;
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;
export type Receipt = z.infer<typeof resultAnswerSchema>;

const answerMs = 15 * second;
const uploadMs = 120 * second;
/** ms: 500, 1000, 2000, 4000, 5000, 5000 … */
const uploadRetryMsMin = 500;
const uploadRetryMsMax = 5 * second;

/**
 * All that a node says to its server: outbound only, each call with a time limit. The origin that
 * is signed is the one that was dialled, so no other server can use the signature.
 */
export class ServerClient {
  readonly serverUrl: string;
  /** Tells the server whether another machine has the same key. */
  readonly #runId = newId();
  readonly #origin: string;
  readonly #identity: Identity;
  #sessionToken = "";

  constructor(serverUrl: string, origin: string, identity: Identity) {
    this.serverUrl = serverUrl;
    this.#origin = origin;
    this.#identity = identity;
  }

  /** @throws ServerRefusal; TypeError when the server can't be reached */
  async register(about: AboutNode): Promise<Registration> {
    const challenge = await this.#post("/workers/challenge", {}, challengeAnswerSchema);
    const { nonce, work_bits } = challenge;
    const { publicKey } = this.#identity;
    const work = await findWork({ nonce, publicKey }, work_bits);
    const body: RegisterBody = { ...about, nonce, work, public_key: publicKey };
    const signature = signProof(this.#identity.privateKey, {
      purpose: "obsidian-node-register",
      origin: this.#origin,
      nonce,
      bodySha256: sha256Hex(canonicalJson(body)),
    });
    const headers = { [signatureHeader]: signature, [runHeader]: this.#runId };
    const answer = await this.#post("/workers/register", body, registerAnswerSchema, { headers });
    this.#sessionToken = answer.session_token;
    return answer;
  }

  heartbeat(body: HeartbeatBody): Promise<HeartbeatAnswer> {
    return this.#post("/workers/heartbeat", body, heartbeatAnswerSchema);
  }

  lease(signal: AbortSignal): Promise<LeaseAnswer> {
    const limits = { timeoutMs: longPollMs + answerMs, signal };
    return this.#post("/workers/jobs/lease", {}, leaseAnswerSchema, limits);
  }

  async fail(jobId: string, reason: "failed" | "declined" | "left"): Promise<void> {
    await this.#post(`/workers/jobs/${jobId}/fail`, { reason }, z.unknown());
  }

  /**
   * Uploads until the server answers, or `untilMs` of performance.now(): a lost answer, or a server
   * that is away for a while, costs nothing, since the same bytes are welcome again.
   */
  async sendResult(
    jobId: string,
    { wav, audioSha256, model, understood }: Result,
    untilMs: number,
  ): Promise<Receipt> {
    const proof = { purpose: "obsidian-node-result", origin: this.#origin, jobId } as const;
    const signature = signProof(this.#identity.privateKey, { ...proof, audioSha256 });
    const headers = {
      "content-type": "audio/wav",
      [signatureHeader]: signature,
      "x-model": model,
      ...(understood && { [understoodHeader]: understood }),
    };
    const request = { method: "PUT", headers, body: wav, timeoutMs: uploadMs };
    for (let retryMs = uploadRetryMsMin; ; retryMs = Math.min(2 * retryMs, uploadRetryMsMax)) {
      try {
        return await this.#call(`/workers/jobs/${jobId}/result`, resultAnswerSchema, request);
      } catch (error) {
        const waitMs = pauseAfter(error, retryMs);
        if (isFinal(error) || performance.now() + waitMs > untilMs) throw error;
        await pause(waitMs);
      }
    }
  }

  #post<Answer extends z.ZodType>(
    path: string,
    body: unknown,
    answer: Answer,
    extra: Partial<Call> = {},
  ): Promise<z.output<Answer>> {
    const headers = { "content-type": "application/json", ...extra.headers };
    return this.#call(path, answer, {
      ...extra,
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
  }

  async #call<Answer extends z.ZodType>(
    path: string,
    answer: Answer,
    { method, headers, body, timeoutMs = answerMs, signal }: Call,
  ): Promise<z.output<Answer>> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${this.serverUrl}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#sessionToken}`, ...headers },
      ...(body !== undefined && { body }),
      redirect: "error",
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    if (!response.ok) throw refusalOf(response, text);
    return answer.parse(envelopeSchema.parse(JSON.parse(text)).data);
  }
}

export interface Result {
  readonly wav: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the payloads of `fmt ` and `data`; hex. */
  readonly audioSha256: string;
  /** A name from the server's list. */
  readonly model: string;
  /** What the engine understood of the prompt, where it says so. */
  readonly understood?: string | undefined;
}

interface Call {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const envelopeSchema = z.object({ success: z.literal(true), data: z.unknown() });
