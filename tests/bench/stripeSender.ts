/**
 * Stripe, as far as the bench needs it, in a process of its own: tells where it answers look-ups of
 * fees; sends webhooks to the server it is then told of; tells how long each took. Each has its time
 * fixed beforehand and waits for no answer, and its answer is measured from that time on.
 *
 *   node --import tsx tests/bench/stripeSender.ts
 */
import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { stripeHeader } from "../support/payments.js";
import { feeEntry, perSecond, planDeliveries, webhookSecret } from "./webhookPlan.js";

export interface SendOrder {
  readonly url: string;
  readonly pledgeIds: readonly string[];
}
export interface SendReport {
  readonly answersMs: readonly number[];
  /** What was not answered with 200: how often, by status or error. */
  readonly refusals: Readonly<Record<string, number>>;
}

const agent = new Agent({ keepAlive: true });
const stub = createServer((request, response) => {
  const [, n] = /^\/v1\/balance_transactions\/txn_bench(\d+)$/.exec(request.url ?? "") ?? [];
  response.writeHead(n === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(n === undefined ? { error: {} } : feeEntry(Number(n))));
});
stub.listen(0, "127.0.0.1");
await once(stub, "listening");
process.send?.((stub.address() as AddressInfo).port);

const [{ url, pledgeIds }] = (await once(process, "message")) as [SendOrder];
process.send?.(await sendAll(`${url}/webhooks/stripe`, planDeliveries(pledgeIds)));
process.on("disconnect", () => process.exit());

async function sendAll(url: string, bodies: readonly string[]): Promise<SendReport> {
  const startedAt = performance.now();
  const answersMs: number[] = [];
  const refusals: Record<string, number> = {};
  const sent: Promise<void>[] = [];
  for (const [index, body] of bodies.entries()) {
    const dueAt = startedAt + (index * 1000) / perSecond;
    const early = dueAt - performance.now();
    if (early > 1) await pause(early);
    const answered = send(url, body).catch(({ code }: { code?: string }) => code ?? "error");
    const note = (end: string | number | undefined) => {
      if (end === 200) answersMs.push(performance.now() - dueAt);
      else refusals[String(end)] = (refusals[String(end)] ?? 0) + 1;
    };
    sent.push(answered.then(note));
  }
  await Promise.all(sent);
  return { answersMs, refusals };
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
