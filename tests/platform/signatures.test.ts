import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { isGithubSignature } from "../../platform/payments/githubSignature.js";
import { isStripeSignature } from "../../platform/payments/stripeSignature.js";

describe("Stripe's signature", () => {
  const secret = "whsec_test_secret";
  const payload = JSON.stringify({ id: "evt_test_webhook", object: "event" }, null, 2);
  const nowMs = 1_700_000_000_000;
  const vector =
    "t=1700000000,v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150,v0=aa";
  const check = (header: string, body = payload, secrets = [secret], at = nowMs) =>
    isStripeSignature(header, Buffer.from(body), { secrets, nowMs: at });

  it("is that of Stripe's own library", () => {
    const timestamp = nowMs / 1000;
    const header = new Stripe("sk_test_x").webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp,
    });
    expect(check(header)).toBe(true);
    expect(check(vector)).toBe(true);
  });

  it("may be of any of our secrets, and one of several", () => {
    expect(check(vector, payload, ["whsec_new", secret])).toBe(true);
    expect(check(vector.replace("v1=", `v1=${"0".repeat(64)},v1=`))).toBe(true);
  });

  it("fails for another secret, another byte, another spelling of the same JSON", () => {
    expect(check(vector, payload, ["whsec_other"])).toBe(false);
    expect(check(vector, payload, [])).toBe(false);
    expect(check(vector, payload.replace("evt", "evs"))).toBe(false);
    expect(check(vector, JSON.stringify(JSON.parse(payload)))).toBe(false);
    expect(check(vector.replace("4f1c", "4f1d"))).toBe(false);
    expect(check(vector.replace("t=1700000000", "t=1700000001"))).toBe(false);
  });

  it("fails when it is old, and when it comes from the future", () => {
    const seconds = 1000;
    for (const [off, expected] of [
      [300, true],
      [301, false],
      [-300, true],
      [-301, false],
    ] as const) {
      expect(check(vector, payload, [secret], nowMs + off * seconds)).toBe(expected);
    }
  });

  it.each(["", "t=,v1=", "v1=aa", "t=1700000000", "t=1e9,v1=aa", "t=1700000000,v0=4f1c", ",,=,"])(
    "is not %j",
    (header) => {
      expect(check(header)).toBe(false);
    },
  );
});

describe("GitHub's signature", () => {
  const secret = "It's a Secret to Everybody";
  const vector = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const check = (header: string, body = "Hello, World!", secrets = [secret]) =>
    isGithubSignature(header, Buffer.from(body), secrets);

  it("is that of GitHub's documentation, under the new secret or the old", async () => {
    expect(await check(vector)).toBe(true);
    expect(await check(vector, "Hello, World!", ["new", secret])).toBe(true);
  });

  it("fails for anything else", async () => {
    expect(await check(vector, "Hello, World?")).toBe(false);
    expect(await check(vector, "Hello, World!", ["new"])).toBe(false);
    expect(await check(vector, "Hello, World!", [])).toBe(false);
    expect(await check(vector, "")).toBe(false);
    for (const header of ["", "sha256=", vector.slice(7), vector.replace("7571", "7572"), "x"]) {
      expect(await check(header)).toBe(false);
    }
    expect(await isGithubSignature(vector, Buffer.from([0xff, 0xfe]), [secret])).toBe(false);
  });
});
