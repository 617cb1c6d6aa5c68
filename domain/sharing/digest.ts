import { createHash } from "node:crypto";
import { canonicalJson } from "../canonicalJson.js";
import type { Shown } from "./plan.js";
import type { Earner } from "./split.js";

/**
 * SHA-256, in hex, of the RFC 8785 spelling of everything that a distribution follows from: public data
 * only, integers as decimal text, and no position, so that a copied log leads to the same.
 */
export function digestOf(shown: Omit<Shown, "digest">, earners: readonly Earner[]): string {
  const { ledgerId, month, currency, policy, predecessor, terms } = shown;
  const { reserve, giftMonthlyMax, awaitsConversion, ...ratios } = terms;
  const covered = {
    ...{ ledgerId, month, currency, policy, predecessor, ratios },
    closings: [shown.opening, shown.closing],
    pool: shown.pool.amount,
    ...(awaitsConversion === true && { awaitsConversion }),
    maturing: { giftMonthlyMax: giftMonthlyMax.amount, amount: shown.maturing.amount },
    reserve: { ratio: reserve, kept: shown.reserved.amount, released: shown.released.amount },
    carried: shown.carriedIn.amount,
    returned: shown.returned.amount,
    nodes: earners.map(({ payId, units }) => ({ payId, units: `${units}` })),
  };
  return createHash("sha256").update(canonicalJson(covered)).digest("hex");
}
