import { crc32 } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { handle, load } from "../../commands/handle.js";
import { pledgeDecider } from "../../domain/pledge/decider.js";
import { webhookStream } from "../../domain/webhook/events.js";
import { newId, sha256Hex } from "../../platform/ids.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import { sweepWebhooks } from "../../workers/book/sweepWebhooks.js";
import { certUrl, type PaypalAuthority, paypalAuthority } from "../support/certificates.js";
import { money } from "../support/donations.js";
import { fakeClock } from "../support/fakeClock.js";
import {
  donationTypes,
  paypalHeaders,
  post,
  testPayments,
  until,
  webhookEnd,
  webhookHeld,
} from "../support/payments.js";
import { type PaypalStub, startPaypalStub } from "../support/paypalStub.js";
import * as p from "../support/providerEvents.js";
import { openServer, type TestServer } from "../support/server.js";
import { sweepingAt } from "../support/sweeping.js";
import { openedAt as at, contextAt } from "../support/world.js";

let server: TestServer;
let paypal: PaypalStub;
let authority: PaypalAuthority;
beforeAll(async () => {
  authority = paypalAuthority();
  paypal = await startPaypalStub();
  const { source: certificates } = authority;
  server = await openServer({ payments: testPayments({ paypalUrl: paypal.url, certificates }) });
});
afterAll(async () => {
  await server.close();
  await paypal.close();
});

const signed = (body: string, url = certUrl("aaaa"), more: object = {}) =>
  paypalHeaders(body, authority.keyAt(url), { url, ...more });
const idOf = (headers: Record<string, string>): string => headers["paypal-transmission-id"] ?? "";

/** Sends an event; returns the id of its transmission. */
async function send(type: string, resource: object): Promise<string> {
  const body = JSON.stringify(p.paypalEvent(`WH-${newId()}`, type, resource));
  const headers = signed(body);
  const answer = await post(`${server.url}/webhooks/paypal`, body, headers);
  expect(answer).toEqual({ status: 200, code: undefined });
  return idOf(headers);
}

async function pledged(): Promise<string> {
  const pledgeId = newId();
  const about = { pledgeId, at, userId: newId(), provider: "paypal" as const, showName: false };
  const command = { type: "PledgeDonation" as const, ...about, money: money("30.00 EUR") };
  await handle(server.ledger, pledgeDecider, command, contextAt(at));
  return pledgeId;
}

async function payment() {
  const pledgeId = await pledged();
  const id = `CAP${newId().slice(0, 8)}`;
  const capture = p.capture(id, {
    value: "30.00",
    fee: "1.20",
    net: "28.80",
    currency: "EUR",
    pledgeId,
  });
  return { id, pledgeId, capture };
}

/** Other bytes with the same CRC-32, which is all of a body that PayPal signs. */
function withSameCrc(body: string): Buffer {
  const wanted = crc32(body);
  const start = Buffer.from(body.replace("}", ',"forged":true}'));
  // The CRC of four more bytes is linear in them: one bit after the other is solved for.
  const empty = crc32(Buffer.concat([start, Buffer.alloc(4)]));
  const columns = Array.from({ length: 32 }, (_, bit) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE((1 << bit) >>> 0);
    return { bits: (crc32(Buffer.concat([start, bytes])) ^ empty) >>> 0, of: (1 << bit) >>> 0 };
  });
  let left = (wanted ^ empty) >>> 0;
  let found = 0;
  for (let bit = 31; bit >= 0; bit -= 1) {
    const index = columns.findIndex(({ bits }) => ((bits >>> bit) & 1) === 1);
    const [pivot] = index === -1 ? [] : columns.splice(index, 1);
    if (pivot === undefined) continue;
    for (const column of columns) {
      if (((column.bits >>> bit) & 1) === 0) continue;
      column.bits = (column.bits ^ pivot.bits) >>> 0;
      column.of = (column.of ^ pivot.of) >>> 0;
    }
    if (((left >>> bit) & 1) === 0) continue;
    left = (left ^ pivot.bits) >>> 0;
    found = (found ^ pivot.of) >>> 0;
  }
  const patch = Buffer.alloc(4);
  patch.writeUInt32LE(found);
  return Buffer.concat([start, patch]);
}

describe("a delivery of PayPal", () => {
  it("whose id somebody used first, for a body of their own, is booked all the same", async () => {
    const { id, capture } = await payment();
    paypal.putCapture(capture);
    const event = p.paypalEvent(`WH-${newId()}`, "PAYMENT.CAPTURE.COMPLETED", { id });
    const body = JSON.stringify(event);
    const headers = signed(body);
    const url = `${server.url}/webhooks/paypal`;
    for (const sent of [withSameCrc(body), body, body, withSameCrc(body)]) {
      expect(await post(url, sent, headers)).toEqual({ status: 200, code: undefined });
    }
    await until(async () => {
      const types = await donationTypes(server, "paypal", id);
      return types.length === 0 ? undefined : types;
    });
    const own = sha256Hex(`${idOf(headers)} ${sha256Hex(body)}`);
    expect((await webhookEnd(server, "paypal", own)).at(-1)).toBe("WebhookBooked");
  });

  const body = JSON.stringify(p.paypalEvent("WH-X", "PAYMENT.CAPTURE.COMPLETED", { id: "CAPX" }));
  const evil = "https://evil.example/v1/notifications/certs/CERT-aaaa";

  it.each<[string, () => { sent: string; headers: Record<string, string> }]>([
    ["one flipped byte", () => ({ sent: body.replace("CAPX", "CAPY"), headers: signed(body) })],
    ["other spelling", () => ({ sent: body.replace(":", ": "), headers: signed(body) })],
    [
      "stale",
      () => ({ sent: body, headers: signed(body, undefined, { at: "2026-01-01T00:00:00Z" }) }),
    ],
    [
      "from the future",
      () => ({ sent: body, headers: signed(body, undefined, { at: "2099-01-01T00:00:00Z" }) }),
    ],
    [
      "wrong webhook id",
      () => ({ sent: body, headers: signed(body, undefined, { webhookId: "OTHER" }) }),
    ],
    [
      "the public simulator's id",
      () => ({ sent: body, headers: signed(body, undefined, { webhookId: "WEBHOOK_ID" }) }),
    ],
    ["foreign certificate host", () => ({ sent: body, headers: signed(body, evil) })],
    ["expired certificate", () => ({ sent: body, headers: signed(body, certUrl("bbbb")) })],
    ["foreign root", () => ({ sent: body, headers: signed(body, certUrl("dddd")) })],
    ["no signature at all", () => ({ sent: body, headers: {} })],
  ])("with %s is 401 and leaves nothing", async (_name, make) => {
    const { sent, headers } = make();
    const answer = await post(`${server.url}/webhooks/paypal`, sent, headers);
    expect(answer).toEqual({ status: 401, code: "INVALID_SIGNATURE" });
    const stream = webhookStream("paypal", idOf(headers));
    expect((await server.store.read(stream)).events).toEqual([]);
  });

  it("whose certificate can't be read now is to come again", async () => {
    const certificates = {
      roots: [],
      intermediates: [],
      fetchPem: async () => {
        throw new ProviderDownError("down");
      },
    };
    const payments = testPayments({ paypalUrl: paypal.url, certificates });
    const other = await openServer({ payments });
    const answer = await post(`${other.url}/webhooks/paypal`, body, signed(body));
    expect(answer).toEqual({ status: 503, code: "UNAVAILABLE" });
    await other.close();
  });

  it("is 503 where PayPal is not set up", async () => {
    const other = await openServer();
    const answer = await post(`${other.url}/webhooks/paypal`, body, signed(body));
    expect(answer).toEqual({ status: 503, code: "WEBHOOK_NOT_CONFIGURED" });
    await other.close();
  });

  it("sent again, also 20 times at once, is one event", async () => {
    const { id, capture } = await payment();
    paypal.putCapture(capture);
    const text = JSON.stringify(p.paypalEvent("WH-Y", "PAYMENT.CAPTURE.COMPLETED", capture));
    const headers = signed(text);
    const sends = Array.from({ length: 20 }, () =>
      post(`${server.url}/webhooks/paypal`, text, headers),
    );
    expect(new Set((await Promise.all(sends)).map(({ status }) => status))).toEqual(new Set([200]));
    expect(await webhookEnd(server, "paypal", idOf(headers))).toEqual([
      "WebhookReceived",
      "WebhookBooked",
    ]);
    expect(await donationTypes(server, "paypal", id)).toEqual([
      "DonationReceived",
      "DonationSettled",
    ]);
  });
});

describe("a payment at PayPal", () => {
  it("is booked as PayPal's API has it, whatever a body with the same CRC might say", async () => {
    const { id, pledgeId, capture } = await payment();
    paypal.putCapture(capture);
    const amount = { value: "5000.00", currency_code: "EUR" };
    const [first, second] = [
      await send("PAYMENT.CAPTURE.COMPLETED", { ...capture, amount }),
      await send("PAYMENT.CAPTURE.COMPLETED", capture),
    ];
    await webhookEnd(server, "paypal", first);
    await webhookEnd(server, "paypal", second);
    const { events } = await server.store.read(`donation-paypal-${id}`);
    expect(events.map(({ event }) => event.type)).toEqual(["DonationReceived", "DonationSettled"]);
    expect(events[0]?.event.data.public).toMatchObject({ gross: money("30.00 EUR") });
    expect((await load(server.store, pledgeDecider, { pledgeId })).state.status).toBe("paid");
  });

  it("that PayPal does not know is held, never booked", async () => {
    const { id, capture } = await payment();
    const forged = await send("PAYMENT.CAPTURE.COMPLETED", capture);
    expect(await webhookHeld(server, "paypal", forged)).toBe(`capture ${id}`);
    expect(await donationTypes(server, "paypal", id)).toEqual([]);
  });

  it("may be refunded before it is reported, and disputed", async () => {
    const { id, capture } = await payment();
    paypal.putCapture(capture);
    const refund = p.paypalRefund(`REF${id}`, id, { value: "10.00", currency: "EUR" });
    paypal.putRefund(refund);
    const asked = { value: "20.00", currency: "EUR", status: "OPEN" };
    const dispute = p.paypalDispute(`PP-${id}`, id, asked);
    paypal.putDispute(dispute);
    const deliveries = [
      await send("PAYMENT.CAPTURE.REFUNDED", refund),
      await send("CUSTOMER.DISPUTE.CREATED", dispute),
      await send("PAYMENT.CAPTURE.COMPLETED", capture),
    ];
    for (const delivery of deliveries) await endAfterSweeps(delivery);
    expect((await donationTypes(server, "paypal", id)).sort()).toEqual([
      "DonationDisputed",
      "DonationReceived",
      "DonationRefunded",
      "DonationSettled",
    ]);
    paypal.putDispute(p.paypalDispute(`PP-${id}`, id, { ...asked, status: "RESOLVED" }));
    await endAfterSweeps(await send("CUSTOMER.DISPUTE.RESOLVED", dispute));
    expect((await donationTypes(server, "paypal", id)).at(-1)).toBe("DonationDisputeWon");
  });

  it("is taken when the donor has approved it", async () => {
    const order = `ORDER${newId().slice(0, 8)}`;
    await webhookEnd(server, "paypal", await send("CHECKOUT.ORDER.APPROVED", { id: order }));
    const path = `/v2/checkout/orders/${order}/capture`;
    const captured = paypal.requests.filter((request) => request.path === path);
    expect(captured).toMatchObject([{ requestId: `capture:${order}` }]);
  });

  it("waits while PayPal's API is down", async () => {
    const { id, capture } = await payment();
    paypal.putCapture(capture);
    paypal.down(true);
    const delivery = await send("PAYMENT.CAPTURE.COMPLETED", capture);
    expect(await webhookHeld(server, "paypal", delivery)).toBe(`capture ${id}`);
    paypal.down(false);
    await endAfterSweeps(delivery);
    expect(await donationTypes(server, "paypal", id)).toContain("DonationSettled");
  });
});

/** Sweeps as an hour later, when everything that is open is due, until this one is done. */
const endAfterSweeps = (deliveryId: string): Promise<true> =>
  until(async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const clock = fakeClock(later);
    await sweepWebhooks({ ...server.booking, clock, ...sweepingAt(server.log, clock) });
    const { events } = await server.store.read(webhookStream("paypal", deliveryId));
    return events.at(-1)?.event.type === "WebhookBooked" ? true : undefined;
  });
