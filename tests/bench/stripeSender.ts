/**
 * Stripe, as far as the bench needs it, in a process of its own: tells where it answers look-ups of
 * fees; sends webhooks as it is ordered to; tells how long each took. Each has its time fixed
 * beforehand and waits for no answer, and its answer is measured from that time on.
 *
 *   node --import tsx tests/bench/stripeSender.ts
 */
import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { stripeHeader } from "../support/payments.js";
import { feeEntry, webhookSecret } from "./webhookPlan.js";

export interface SendOrder {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly perSecond: number;
}
export interface SendReport {
  /** From when each was due until it was answered with 200, however often it had to be sent. */
  readonly answersMs: readonly number[];
  /** Other answers, which are tried again: how often, by status or error. */
  readonly refusals: Readonly<Record<string, number>>;
}

const retryMs = 1_000;
const attemptsMax = 60;

/** Others wait here until a connection is free, as in any pool; their time counts from when they were due. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const stub = createServer((request, response) => {
  const [, n] = /^\/v1\/balance_transactions\/txn_bench(\d+)$/.exec(request.url ?? "") ?? [];
  response.writeHead(n === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(n === undefined ? { error: {} } : feeEntry(Number(n))));
});
stub.listen(0, "127.0.0.1");
await once(stub, "listening");
process.send?.((stub.address() as AddressInfo).port);

process.on("message", (order: SendOrder) => {
  void sendAll(order).then((report) => process.send?.(report));
});
process.on("disconnect", () => process.exit());

async function sendAll({ url, bodies, perSecond }: SendOrder): Promise<SendReport> {
  const startedAt = performance.now();
  const answersMs: number[] = [];
  const refusals: Record<string, number> = {};
  const refuse = (end: string) => {
    refusals[end] = (refusals[end] ?? 0) + 1;
  };
  const sent: Promise<void>[] = [];
  for (const [index, body] of bodies.entries()) {
    const dueAt = startedAt + (index * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 1) await pause(early);
    const answered = sendUntilTaken(url, body, refuse);
    sent.push(answered.then(() => void answersMs.push(performance.now() - dueAt)));
  }
  await Promise.all(sent);
  return { answersMs, refusals };
}

/** As providers do, only sooner. */
async function sendUntilTaken(
  url: string,
  body: string,
  refuse: (end: string) => void,
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const end = await send(url, body).catch(({ code }: { code?: string }) => code ?? "error");
    if (end === 200) return;
    refuse(String(end));
    await pause(retryMs);
  }
}

/** The status, once the whole answer is there. */
async function send(url: string, body: string): Promise<number | undefined> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "stripe-signature": stripeHeader(body, { secret: webhookSecret }),
  };
  const request = httpRequest(url, { method: "POST", agent, headers });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  await once(response, "end");
  return response.statusCode;
}
