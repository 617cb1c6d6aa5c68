import { EventEmitter, on } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { canonicalJson } from "../../domain/canonicalJson.js";
import {
  failBodySchema,
  heartbeatBodySchema,
  type Job,
  registerBodySchema,
  signatureHeader,
} from "../../domain/node/wire.js";
import type { HeartbeatAnswer } from "../../gpu-node/serverClient.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { isProof } from "../../platform/keys/nodeSignatures.js";
import { audioHash } from "./testNode.js";

/** What a node asked, in order, and what it was told. */
export interface Call {
  readonly what: "challenge" | "register" | "lease" | "heartbeat" | "fail" | "result" | "other";
  readonly jobId: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer<ArrayBuffer>;
  readonly status: number;
  readonly atMs: number;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const ok = (data: unknown): Answer => ({ status: 200, body: { success: true, data } });
const no = (status: number, code: string): Answer => ({
  status,
  body: { success: false, error: { code, message: "The stub says no." } },
});

const routes: readonly (readonly [RegExp, Call["what"]])[] = [
  [/^POST \/api\/v1\/workers\/challenge$/, "challenge"],
  [/^POST \/api\/v1\/workers\/register$/, "register"],
  [/^POST \/api\/v1\/workers\/heartbeat$/, "heartbeat"],
  [/^POST \/api\/v1\/workers\/jobs\/lease$/, "lease"],
  [/^POST \/api\/v1\/workers\/jobs\/([^/]+)\/fail$/, "fail"],
  [/^PUT \/api\/v1\/workers\/jobs\/([^/]+)\/result$/, "result"],
];

/**
 * The server's side of `domain/node/wire.ts` with nothing behind it, so that a test can say what a
 * real one would only do on a bad day. It checks signatures and bodies as the real one does.
 */
export class StubServer {
  readonly calls: Call[] = [];
  readonly #heard = new EventEmitter();
  readonly #jobs: Job[] = [];
  readonly #asking: ((job: Job) => void)[] = [];
  readonly #refusals: { readonly what: Call["what"]; readonly answer: Answer }[] = [];
  readonly #server = createServer(async (request, response) => {
    const { status, body, headers } = await this.#answer(request);
    const sent = { "content-type": "application/json", ...headers };
    response.writeHead(status, sent).end(JSON.stringify(body));
  });
  #nonce = "";
  #token = "";
  #publicKey = "";
  /** Seconds, as it is told to every node. */
  heartbeatInterval = 30;
  directive: HeartbeatAnswer["directive"] = "continue";
  notice: HeartbeatAnswer["notice"];
  /** What a node is told that waits in vain; the next poll is answered with it. */
  skipped: Readonly<Record<string, number>> | undefined;
  totals: { readonly jobs: number; readonly units: number } | undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** For whoever asks next. */
  offer(job: Job): void {
    const next = this.#asking.shift();
    if (next === undefined) this.#jobs.push(job);
    else next(job);
  }

  /** The next so many calls of a kind get this status and code. */
  refuse(what: Call["what"], status: number, code: string, times = 1): void {
    for (let time = 0; time < times; time += 1) {
      this.#refusals.push({ what, answer: no(status, code) });
    }
  }

  /** The next call of a kind is told to come back after so many seconds, or at a date. */
  putOff(what: Call["what"], status: number, code: string, retryAfter: string): void {
    const answer = { ...no(status, code), headers: { "retry-after": retryAfter } };
    this.#refusals.push({ what, answer });
  }

  /** As a server does that lost its Redis: nobody is signed in any more. */
  forgetSessions(): void {
    this.#token = newId();
  }

  callsOf = (what: Call["what"]): readonly Call[] =>
    this.calls.filter((call) => call.what === what);

  /** The call of a kind, counted from 1, when it has been answered. */
  async call(what: Call["what"], count = 1): Promise<Call> {
    const heard = on(this.#heard, "call");
    for (;;) {
      const found = this.callsOf(what)[count - 1];
      if (found !== undefined) return found;
      await heard.next();
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const atMs = performance.now();
    const line = `${request.method} ${request.url}`;
    const route = routes.find(([pattern]) => pattern.test(line));
    const what = route?.[1] ?? "other";
    const jobId = route?.[0].exec(line)?.[1];
    const body = Buffer.from(await buffer(request));
    const answer = await this.#decide(what, { request, jobId, body });
    const { headers } = request;
    this.calls.push({ what, jobId, headers, body, status: answer.status, atMs });
    this.#heard.emit("call");
    return answer;
  }

  async #decide(what: Call["what"], asked: Asked): Promise<Answer> {
    const refusal = this.#refusals.findIndex((planned) => planned.what === what);
    if (refusal >= 0) return this.#refusals.splice(refusal, 1)[0]?.answer ?? no(500, "INTERNAL");
    if (what === "challenge") {
      this.#nonce = newId();
      return ok({ nonce: this.#nonce, expires_in: 60 });
    }
    if (what === "register") return this.#register(asked);
    if (asked.request.headers.authorization !== `Bearer ${this.#token}`) {
      return no(401, "INVALID_CREDENTIALS");
    }
    if (what === "lease") return this.#lease(asked.request);
    if (what === "heartbeat") {
      heartbeatBodySchema.parse(JSON.parse(asked.body.toString()));
      return ok({
        directive: this.directive,
        heartbeat_interval: this.heartbeatInterval,
        notice: this.notice,
      });
    }
    if (what === "fail") {
      failBodySchema.parse(JSON.parse(asked.body.toString()));
      return ok({ message: "Noted." });
    }
    return what === "result" ? this.#takeResult(asked) : no(404, "NOT_FOUND");
  }

  #register({ request, body }: Asked): Answer {
    const parsed = registerBodySchema.parse(JSON.parse(body.toString()));
    const proof = {
      purpose: "obsidian-node-register",
      origin: this.url,
      nonce: this.#nonce,
      bodySha256: sha256Hex(canonicalJson(parsed)),
    } as const;
    const signature = String(request.headers[signatureHeader]);
    if (parsed.nonce !== this.#nonce || !isProof(parsed.public_key, proof, signature)) {
      return no(401, "INVALID_SIGNATURE");
    }
    this.#token = newId();
    this.#publicKey = parsed.public_key;
    return ok({
      worker_id: newId(),
      session_token: this.#token,
      expires_in: 86_400,
      heartbeat_interval: this.heartbeatInterval,
      models_ignored: [],
      totals: this.totals,
    });
  }

  /** A long poll, without its end: no test waits for 30 s. */
  async #lease(request: IncomingMessage): Promise<Answer> {
    if (this.skipped !== undefined) {
      const { skipped } = this;
      this.skipped = undefined;
      return ok({ job: null, skipped });
    }
    const job = this.#jobs.shift() ?? (await this.#nextJob(request));
    if (job === undefined) return ok({ job: null, skipped: {} });
    const deadline_at = new Date(Date.now() + 30_000).toISOString();
    return ok({ job, deadline_at, lease_seconds: 15 });
  }

  #nextJob(request: IncomingMessage): Promise<Job | undefined> {
    return new Promise((resolve) => {
      this.#asking.push(resolve);
      request.socket.once("close", () => {
        const index = this.#asking.indexOf(resolve);
        if (index >= 0) this.#asking.splice(index, 1);
        resolve(undefined);
      });
    });
  }

  #takeResult({ request, jobId = "", body }: Asked): Answer {
    const audioSha256 = audioHash(body);
    const proof = {
      purpose: "obsidian-node-result",
      origin: this.url,
      jobId,
      audioSha256,
    } as const;
    const signature = String(request.headers[signatureHeader]);
    if (!isProof(this.#publicKey, proof, signature)) return no(401, "INVALID_SIGNATURE");
    return ok({ accepted: true, sha256: sha256Hex(body), units: 1, late: false });
  }
}

interface Asked {
  readonly request: IncomingMessage;
  readonly jobId: string | undefined;
  readonly body: Buffer<ArrayBuffer>;
}

/** Listens until the test is done. */
export async function openStubServer(port?: number): Promise<StubServer> {
  const server = new StubServer();
  await server.listen(port);
  onTestFinished(() => server.close());
  return server;
}

/** A job that any node may do; two seconds of techno. */
export const stubJob = (change: Partial<Job> = {}): Job => ({
  job_id: newId(),
  prompt: "techno",
  bpm: 120,
  key: "A minor",
  frames: 96_000,
  sample_rate: 48_000,
  channels: 2,
  stems: [],
  seed: 1,
  model: null,
  ...change,
});
