import { fork } from "node:child_process";
import { once } from "node:events";
import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { FORWARDS } from "@eventstore/db-client";
import pLimit from "p-limit";
import { contextOf } from "../../commands/context.js";
import { pledgeDonation } from "../../commands/donation/pledge.js";
import type { Ledger } from "../../commands/handle.js";
import { openLedger } from "../../commands/openLedger.js";
import type { LedgerEvent } from "../../domain/ledger.js";
import { balancesOf, brokenInvariants } from "../../domain/money/invariants.js";
import { readMinorUnits } from "../../domain/money/money.js";
import { decode, type EventStore, fromResolved } from "../../platform/eventStore/eventStore.js";
import { newId } from "../../platform/ids.js";
import { systemClock } from "../../platform/process/clock.js";
import { launcher } from "../../platform/process/launcher.js";
import type { ReadDb, ReadTables } from "../../projections/readTables.js";
import type { BenchProduct } from "./runningProduct.js";
import { quantile } from "./statistics.js";
import type { SendOrder, SendReport } from "./stripeSender.js";
import {
  giftCount,
  giftOf,
  perSecond,
  planDeliveries,
  warmUpCount,
  warmUpPerSecond,
  webhookSecret,
} from "./webhookPlan.js";

export interface WebhookSpeed {
  readonly perSecond: number;
  readonly sent: number;
  /** From when a webhook was due until it was taken, whether or not the ones before were. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200; the webhook is sent again a second later. */
  readonly refused: number;
  readonly refusals: Readonly<Record<string, number>>;
  /** Gifts that are not received and settled once each. */
  readonly lost: number;
  /** Seconds from the last answer until all that was sent is booked. */
  readonly bookedAfterSeconds: number;
  /** Processor time per delivery, by process. */
  readonly cpuMs: Readonly<Record<string, number>>;
  readonly loadAverage: number;
}

export interface StripeSender {
  /** For the product that it will send to. */
  readonly settings: Readonly<Record<string, string>>;
  send(order: SendOrder): Promise<SendReport>;
  stop(): void;
}

export async function startStripeSender(): Promise<StripeSender> {
  const child = fork(launcher, ["tests/bench/stripeSender.ts"], { execArgv: [] });
  const [port] = (await once(child, "message")) as [number];
  return {
    settings: {
      PAYMENTS_MODE: "test",
      STRIPE_API_KEY: "sk_test_of_the_bench",
      STRIPE_API_BASE: `http://127.0.0.1:${port}`,
      STRIPE_WEBHOOK_SECRET: webhookSecret,
    },
    async send(order) {
      child.send(order);
      const [report] = (await once(child, "message")) as [SendReport];
      return report;
    },
    stop: () => void child.kill("SIGKILL"),
  };
}

const pledgesAtOnce = 64;
const lookMs = 100;
const bookedSecondsMax = 300;

/** Signed webhooks at a fixed rate; then waits until all are booked and counts what is there. */
export async function measureWebhooks(
  product: BenchProduct,
  sender: StripeSender,
): Promise<WebhookSpeed> {
  const { config } = product.installation;
  const { ledger, store, readDb, close } = await openLedger<ReadTables>(config);
  try {
    const pledgeIds = await pLimit(pledgesAtOnce).map(Array.from({ length: giftCount }), () =>
      pledge(ledger),
    );
    const url = `${product.url}/webhooks/stripe`;
    const all = planDeliveries(pledgeIds);
    const before = await store.lastPosition();
    const warmUp = all.slice(0, warmUpCount);
    await sender.send({ url, bodies: warmUp, perSecond: warmUpPerSecond });
    const [loadAverage = 0] = loadavg();
    const cpuBefore = product.cpuMs();
    const bodies = all.slice(warmUpCount);
    const { answersMs, refusals } = await sender.send({ url, bodies, perSecond });
    const sentAt = performance.now();
    await untilDone(readDb, 2 * giftCount);
    const bookedAt = performance.now();
    const cpu = Object.entries(product.cpuMs());
    return {
      perSecond,
      sent: bodies.length,
      p50Ms: quantile(answersMs, 0.5),
      p99Ms: quantile(answersMs, 0.99),
      refused: Object.values(refusals).reduce((sum, count) => sum + count, 0),
      refusals,
      lost: missing(await eventsAfter(store, before ?? 0n)),
      bookedAfterSeconds: (bookedAt - sentAt) / 1000,
      cpuMs: Object.fromEntries(
        cpu.map(([name, ms]) => [name, (ms - (cpuBefore[name] ?? 0)) / bodies.length]),
      ),
      loadAverage,
    };
  } finally {
    await close();
  }
}

async function pledge(ledger: Ledger): Promise<string> {
  const pledgeId = newId();
  const money = { amount: "5.00", currency: "EUR" };
  const at = systemClock.now();
  const about = { pledgeId, userId: newId(), provider: "stripe" as const, money };
  const context = contextOf({ commandId: pledgeId, actor: "maintainer:bench", at });
  await pledgeDonation(ledger, { ...about, showName: false, message: undefined }, context);
  return pledgeId;
}

/** Until this many webhooks are dealt with; or until nobody would wait any longer. */
async function untilDone(db: ReadDb, count: number): Promise<void> {
  const startedAt = performance.now();
  const done = db
    .selectFrom("read_webhook")
    .select(({ fn }) => fn.countAll<string>().as("count"))
    .where("state", "=", "done");
  while (performance.now() - startedAt < bookedSecondsMax * 1000) {
    if (Number((await done.executeTakeFirstOrThrow()).count) >= count) return;
    await pause(lookMs);
  }
}

async function eventsAfter({ client }: EventStore, position: bigint): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  const fromPosition = { commit: position, prepare: position };
  for await (const resolved of client.readAll({ direction: FORWARDS, fromPosition })) {
    const recorded = fromResolved(resolved);
    if (recorded !== undefined && !recorded.type.startsWith("$"))
      events.push(decode(recorded).event);
  }
  return events;
}

/** Gifts that are not in the ledger once, settled once. @throws Error when the balances are wrong */
function missing(events: readonly LedgerEvent[]): number {
  const timesOf = (type: LedgerEvent["type"]) => {
    const times = new Map<string, number>();
    for (const event of events) {
      if (event.type !== type || !("externalId" in event.data.private)) continue;
      const { externalId } = event.data.private;
      times.set(externalId, (times.get(externalId) ?? 0) + 1);
    }
    return times;
  };
  const [received, settled] = [timesOf("DonationReceived"), timesOf("DonationSettled")];
  const gifts = Array.from({ length: giftCount }, (_, n) => giftOf(n));
  const whole = gifts.filter(
    ({ intent }) => received.get(intent) === 1 && settled.get(intent) === 1,
  );
  if (whole.length === gifts.length) checkBalances(events);
  return gifts.length - whole.length;
}

function checkBalances(events: readonly LedgerEvent[]): void {
  const balances = balancesOf(
    events.flatMap(({ data }) => ("postings" in data.public ? data.public.postings : [])),
  );
  let netMinor = 0;
  for (let n = 0; n < giftCount; n += 1) netMinor += giftOf(n).amountMinor - giftOf(n).feeMinor;
  const expected = readMinorUnits("stripe", netMinor, "EUR")?.amount ?? "";
  const found = balances.get("assets:stripe:balance")?.get("EUR");
  const broken = brokenInvariants(balances);
  if (found?.equals(expected) && broken.length === 0) return;
  throw new Error(`The balance is ${found}, not ${expected}. ${broken.join("; ")}`);
}
