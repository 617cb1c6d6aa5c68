import { createHmac, timingSafeEqual } from "node:crypto";

/** Each retry is signed anew, so an old time stamp is a replay; a far one is nobody's clock. */
const toleranceSeconds = 300;

/**
 * Whether one of our secrets signed exactly these bytes just now: `t=…,v1=…[,v1=…]`, HMAC-SHA256 of
 * `t.body`. Stripe's own library lets any future time pass and reads the body as text first.
 */
export function isStripeSignature(
  header: string,
  body: Uint8Array,
  { secrets, nowMs }: { readonly secrets: readonly string[]; readonly nowMs: number },
): boolean {
  const parts = header.split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  if (!/^\d{1,12}$/.test(time)) return false;
  if (Math.abs(nowMs / 1000 - Number(time)) > toleranceSeconds) return false;
  const given = parts.filter(([name]) => name === "v1").map(([, hex = ""]) => Buffer.from(hex));
  return secrets.some((secret) => {
    const hmac = createHmac("sha256", secret).update(`${time}.`).update(body);
    const expected = Buffer.from(hmac.digest("hex"));
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
}
