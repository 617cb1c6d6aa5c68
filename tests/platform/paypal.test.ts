import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chainProblem } from "../../platform/payments/certificateChain.js";
import {
  createPaypalCertificates,
  publicCertificates,
} from "../../platform/payments/paypalCertificates.js";
import { createPaypalClient } from "../../platform/payments/paypalClient.js";
import { paypalRefusal } from "../../platform/payments/paypalSignature.js";
import { ProviderDownError } from "../../platform/payments/providerDown.js";
import type { SignatureRefusal } from "../../platform/payments/signatureRefusal.js";
import { certUrl, paypalAuthority } from "../support/certificates.js";
import { money } from "../support/donations.js";
import { paypalHeaders, paypalWebhookId } from "../support/payments.js";
import { type PaypalStub, startPaypalStub } from "../support/paypalStub.js";
import * as p from "../support/providerEvents.js";

const authority = paypalAuthority();
const certificates = createPaypalCertificates(authority.source, false);
const at = "2026-11-22T16:00:00.000Z";
const body = JSON.stringify(p.paypalEvent("WH-1", "PAYMENT.CAPTURE.COMPLETED", { id: "CAP1" }));
const hour = 3_600_000;

interface Changes {
  readonly url?: string;
  readonly webhookId?: string;
  readonly sent?: string;
  readonly offMs?: number;
  readonly headers?: Record<string, string>;
}

function check(
  { url = certUrl("aaaa"), webhookId, sent = body, offMs = 0, headers }: Changes,
  trusted = certificates,
) {
  const key = authority.keyAt(url);
  const signed = paypalHeaders(body, key, {
    at,
    url,
    ...(webhookId !== undefined && { webhookId }),
  });
  const all = { ...signed, ...headers };
  const header = (name: string) => all[`paypal-${name}`] ?? "";
  const transmission = {
    id: header("transmission-id"),
    time: header("transmission-time"),
    signature: header("transmission-sig"),
    certUrl: header("cert-url"),
    algorithm: header("auth-algo"),
  };
  const nowMs = Date.parse(at) + offMs;
  const verification = { webhookId: paypalWebhookId, certificates: trusted, nowMs };
  return paypalRefusal(transmission, Buffer.from(sent), verification);
}

describe("PayPal's signature", () => {
  it("is over ids, time and body, by a certificate that leads to a root we trust", async () => {
    expect(await check({})).toBeUndefined();
    expect(await check({ headers: { "paypal-auth-algo": "sha256withrsa" } })).toBeUndefined();
  });

  it.each<[string, SignatureRefusal, Changes]>([
    ["of another body", "digest", { sent: body.replace("CAP1", "CAP2") }],
    ["of the same JSON respelled", "digest", { sent: JSON.stringify(JSON.parse(body), null, 1) }],
    ["for another webhook", "digest", { webhookId: "8PT597110X687430LKGECATA" }],
    ["of PayPal's public simulator", "digest", { webhookId: "WEBHOOK_ID" }],
    ["older than four days", "clock", { offMs: 96 * hour + 1 }],
    ["from the future", "clock", { offMs: -5 * 60_000 - 1 }],
    ["of no time", "malformed", { headers: { "paypal-transmission-time": "soon" } }],
    ["of no id", "missing", { headers: { "paypal-transmission-id": "" } }],
    ["of another kind", "algorithm", { headers: { "paypal-auth-algo": "SHA1withRSA" } }],
    ["that is missing", "missing", { headers: { "paypal-transmission-sig": "" } }],
    ["by an expired certificate", "expired", { url: certUrl("bbbb") }],
    ["by a certificate of another name", "name", { url: certUrl("cccc") }],
    ["by a certificate of another root", "chain", { url: certUrl("dddd") }],
    ["by a certificate whose issuer may issue none", "chain", { url: certUrl("eeee") }],
    ["by a certificate without the chain to its root", "chain", { url: certUrl("ffff") }],
    ["by something that is no certificate", "no-certificate", { url: certUrl("0000") }],
    ["by a certificate that is not there", "no-certificate", { url: certUrl("1234") }],
  ])("%s is refused for its %s", async (_name, refusal, changes) => {
    expect(await check(changes)).toBe(refusal);
  });

  it("leads to a root by an intermediate that we have, where PayPal leaves it out", async () => {
    const source = { ...authority.source, intermediates: [authority.intermediate] };
    const knowing = createPaypalCertificates(source, false);
    expect(await check({ url: certUrl("ffff") }, knowing)).toBeUndefined();
    expect(await check({ url: certUrl("dddd") }, knowing)).toBe("chain");
    expect(await check({ url: certUrl("bbbb") }, knowing)).toBe("expired");
  });

  it("is led to a root that Node knows by the intermediate that we ship", () => {
    const { roots, intermediates } = publicCertificates(undefined);
    const [shipped] = intermediates;
    if (shipped === undefined) throw new Error("none is shipped");
    expect(shipped.fingerprint256.replaceAll(":", "")).toMatch(/^403E062A.*7FEF1A$/);
    const inForce = { intermediates: [], roots, nowMs: Date.parse("2026-11-22T16:00:00Z") };
    expect(chainProblem(shipped, inForce)).toBeUndefined();
    expect(chainProblem(shipped, { ...inForce, nowMs: Date.parse("2028-10-23T00:00:00Z") })).toBe(
      "expired",
    );
    expect(chainProblem(shipped, { ...inForce, roots: [] })).toBe("chain");
  });

  it("is fresh up to its limits", async () => {
    expect(await check({ offMs: 96 * hour })).toBeUndefined();
    expect(await check({ offMs: -5 * 60_000 })).toBeUndefined();
  });

  it.each([
    "https://api.paypal.com/v1/notifications/certs/CERT-aaaa",
    "https://evil.example/v1/notifications/certs/CERT-aaaa",
    "https://api.sandbox.paypal.com.evil.example/v1/notifications/certs/CERT-aaaa",
    "https://evilapi.sandbox.paypal.com/v1/notifications/certs/CERT-aaaa",
    "http://api.sandbox.paypal.com/v1/notifications/certs/CERT-aaaa",
    "https://api.sandbox.paypal.com:8443/v1/notifications/certs/CERT-aaaa",
    "https://me:x@api.sandbox.paypal.com/v1/notifications/certs/CERT-aaaa",
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-aaaa?x=1",
    "https://api.sandbox.paypal.com/v1/notifications/certs/../CERT-aaaa",
    "https://api.sandbox.paypal.com/upload/CERT-aaaa",
    "not a url",
    "",
  ])("never makes us fetch %s", async (url) => {
    const before = authority.fetched.length;
    expect(await check({ url })).toBe(url === "" ? "missing" : "host");
    expect(authority.fetched.length).toBe(before);
  });

  it("needs each certificate once, and one that could not be had not again at once", async () => {
    let fetches = 0;
    const failing = createPaypalCertificates(
      {
        roots: [],
        intermediates: [],
        fetchPem: async () => {
          fetches += 1;
          throw new ProviderDownError("down");
        },
      },
      false,
    );
    for (let n = 0; n < 3; n += 1) {
      await expect(failing.find(certUrl("aaaa"), 0)).rejects.toThrow(ProviderDownError);
    }
    expect(fetches).toBe(1);
    const counted = paypalAuthority();
    const kept = createPaypalCertificates(counted.source, false);
    for (let n = 0; n < 3; n += 1) await kept.find(certUrl("aaaa"), Date.parse(at));
    expect(counted.fetched).toHaveLength(1);
  });

  it("is not fetched for each address that anybody names, nor twice where there is none", async () => {
    let fetches = 0;
    const fetchPem = async () => {
      fetches += 1;
      return undefined;
    };
    const none = createPaypalCertificates({ roots: [], intermediates: [], fetchPem }, false);
    const now = Date.parse(at);
    for (let n = 0; n < 3; n += 1) {
      expect(await none.find(certUrl("aaaa"), now)).toEqual({ refused: "no-certificate" });
    }
    expect(fetches).toBe(1);
    const named = (n: number) => none.find(certUrl(n.toString(16)), now);
    const found = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => named(n)));
    expect(fetches).toBe(30);
    const last = found.at(-1);
    expect(last?.status === "rejected" && last.reason).toBeInstanceOf(ProviderDownError);
    await none.find(certUrl("bbbb"), now + 60_000);
    expect(fetches).toBe(31);
  });

  it("in live mode comes from the live hosts only", async () => {
    const live = createPaypalCertificates(authority.source, true);
    expect(await live.find(certUrl("aaaa"), Date.parse(at))).toEqual({ refused: "host" });
  });

  it("is trusted by the roots that Node knows", () => {
    expect(publicCertificates(undefined).roots.length).toBeGreaterThan(100);
  });
});

describe("PayPal's API", () => {
  let stub: PaypalStub;
  beforeAll(async () => {
    stub = await startPaypalStub();
  });
  afterAll(() => stub.close());
  const client = (secret = "secret") =>
    createPaypalClient({ clientId: "client", clientSecret: secret, apiBase: stub.url });

  it("is asked with one token for many calls, and a new one when that ends", async () => {
    const paypal = client();
    const capture = p.capture("CAP1", { value: "5.00", fee: "0", net: "5.00", currency: "EUR" });
    stub.putCapture(capture);
    const before = stub.tokensAsked();
    expect(await paypal.find({ kind: "capture", id: "CAP1" })).toEqual(capture);
    expect(await paypal.find({ kind: "capture", id: "CAP2" })).toBeUndefined();
    expect(stub.tokensAsked()).toBe(before + 1);
    stub.revokeToken();
    expect(await paypal.find({ kind: "capture", id: "CAP1" })).toEqual(capture);
    expect(stub.tokensAsked()).toBe(before + 2);
  });

  it("that does not answer as it should is down, never a missing thing", async () => {
    stub.down(true);
    const capture = { kind: "capture", id: "CAP1" } as const;
    await expect(client().find(capture)).rejects.toThrow(ProviderDownError);
    stub.down(false);
    await expect(client("wrong").find(capture)).rejects.toThrow(ProviderDownError);
    const moved = { kind: "capture", id: "MOVED" } as const;
    await expect(client().find(moved)).rejects.toThrow(ProviderDownError);
  });

  it("makes an order with our reference, the same for the same pledge", async () => {
    const url = await client().createCheckout({
      pledgeId: "pledge-1",
      money: money("5.00 EUR"),
      thanksUrl: "https://example.org/thanks",
      cancelUrl: "https://example.org/",
    });
    expect(url).toContain("checkoutnow");
    const made = stub.requests.at(-1);
    expect(made?.requestId).toBe("order:pledge-1");
    expect(JSON.parse(made?.body ?? "")).toMatchObject({
      intent: "CAPTURE",
      purchase_units: [{ custom_id: "pledge-1", amount: { currency_code: "EUR", value: "5.00" } }],
    });
  });
});
