import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { githubRefusal } from "../../platform/payments/githubSignature.js";
import { stripeRefusal } from "../../platform/payments/stripeSignature.js";

describe("Stripe's signature", () => {
  const secret = "whsec_test_secret";
  const payload = JSON.stringify({ id: "evt_test_webhook", object: "event" }, null, 2);
  const nowMs = 1_700_000_000_000;
  const vector =
    "t=1700000000,v1=4f1cd7feda9826e746b7d482c4badebb657398df1099e1046364f6196a230150,v0=aa";
  const check = (header: string, body = payload, secrets = [secret], at = nowMs) =>
    stripeRefusal(header, Buffer.from(body), { secrets, nowMs: at });

  it("is that of Stripe's own library", () => {
    const timestamp = nowMs / 1000;
    const header = new Stripe("sk_test_x").webhooks.generateTestHeaderString({
      payload,
      secret,
      timestamp,
    });
    expect(check(header)).toBeUndefined();
    expect(check(vector)).toBeUndefined();
  });

  it("may be of any of our secrets, and one of several", () => {
    expect(check(vector, payload, ["whsec_new", secret])).toBeUndefined();
    expect(check(vector.replace("v1=", `v1=${"0".repeat(64)},v1=`))).toBeUndefined();
  });

  it("fails for another secret, another byte, another spelling of the same JSON", () => {
    expect(check(vector, payload, ["whsec_other"])).toBe("digest");
    expect(check(vector, payload, [])).toBe("digest");
    expect(check(vector, payload.replace("evt", "evs"))).toBe("digest");
    expect(check(vector, JSON.stringify(JSON.parse(payload)))).toBe("digest");
    expect(check(vector.replace("4f1c", "4f1d"))).toBe("digest");
    expect(check(vector.replace("t=1700000000", "t=1700000001"))).toBe("digest");
  });

  it("fails when it is old, and when it comes from the future", () => {
    const seconds = 1000;
    for (const [off, expected] of [
      [300, undefined],
      [301, "clock"],
      [-300, undefined],
      [-301, "clock"],
    ] as const) {
      expect(check(vector, payload, [secret], nowMs + off * seconds)).toBe(expected);
    }
  });

  it.each(["", "t=,v1=", "v1=aa", "t=1700000000", "t=1e9,v1=aa", "t=1700000000,v0=4f1c", ",,=,"])(
    "is not %j",
    (header) => {
      expect(check(header)).toBe(header === "" ? "missing" : "malformed");
    },
  );
});

describe("GitHub's signature", () => {
  const secret = "It's a Secret to Everybody";
  const vector = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
  const check = (header: string, body = "Hello, World!", secrets = [secret]) =>
    githubRefusal(header, Buffer.from(body), secrets);

  it("is that of GitHub's documentation, under the new secret or the old", async () => {
    expect(await check(vector)).toBeUndefined();
    expect(await check(vector, "Hello, World!", ["new", secret])).toBeUndefined();
  });

  it("fails for anything else", async () => {
    expect(await check(vector, "Hello, World?")).toBe("digest");
    expect(await check(vector, "Hello, World!", ["new"])).toBe("digest");
    expect(await check(vector, "Hello, World!", [])).toBe("digest");
    expect(await check(vector, "")).toBe("digest");
    expect(await check("")).toBe("missing");
    expect(await check(vector.replace("7571", "7572"))).toBe("digest");
    for (const header of ["sha256=", vector.slice(7), "x"]) {
      expect(await check(header)).toBe("malformed");
    }
    expect(await githubRefusal(vector, Buffer.from([0xff, 0xfe]), [secret])).toBe("digest");
  });
});
