import { createHmac, timingSafeEqual } from "node:crypto";
import type { SignatureRefusal } from "./signatureRefusal.js";

/** Each retry is signed anew, so an old time stamp is a replay; a far one is nobody's clock. */
const toleranceSeconds = 300;

/**
 * Undefined when one of our secrets signed exactly these bytes just now, else why not: `t=…,v1=…[,v1=…]`, HMAC-SHA256 of
 * `t.body`. Stripe's own library lets any future time pass and reads the body as text first.
 */
export function stripeRefusal(
  header: string,
  body: Uint8Array,
  { secrets, nowMs }: { readonly secrets: readonly string[]; readonly nowMs: number },
): SignatureRefusal | undefined {
  if (header === "") return "missing";
  const parts = header.split(",").map((part) => part.split("=", 2));
  const time = parts.find(([name]) => name === "t")?.[1] ?? "";
  if (!/^\d{1,12}$/.test(time)) return "malformed";
  if (Math.abs(nowMs / 1000 - Number(time)) > toleranceSeconds) return "clock";
  const given = parts.filter(([name]) => name === "v1").map(([, hex = ""]) => Buffer.from(hex));
  if (given.length === 0) return "malformed";
  const isSigned = secrets.some((secret) => {
    const hmac = createHmac("sha256", secret).update(`${time}.`).update(body);
    const expected = Buffer.from(hmac.digest("hex"));
    return given.some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  });
  return isSigned ? undefined : "digest";
}
